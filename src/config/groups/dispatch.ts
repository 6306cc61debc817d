import type { Group } from '../setting.ts';

export const dispatch = {} as const satisfies Group;

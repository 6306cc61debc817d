import type { Group } from '../setting.ts';

export const policy = {} as const satisfies Group;

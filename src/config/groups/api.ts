import type { Group } from '../setting.ts';

export const api = {} as const satisfies Group;

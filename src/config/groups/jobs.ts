import type { Group } from '../setting.ts';

export const jobs = {} as const satisfies Group;

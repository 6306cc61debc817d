import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const log = {
  log: {
    file: 'log.level',
    env: 'LANGDU_LOG',
    flag: 'log',
    kind: kinds.choice(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    default: 'info',
    doc: 'Least severe level that is logged.',
  },
} as const satisfies Group;

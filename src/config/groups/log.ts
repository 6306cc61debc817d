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
  logText: {
    file: 'log.text',
    env: 'LANGDU_LOG_TEXT',
    flag: 'log-text',
    kind: kinds.integer(0, 10_000),
    default: 0,
    doc: 'Characters of a spoken text that its line in the log quotes. Texts are personal data: 0 quotes none.',
  },
} as const satisfies Group;

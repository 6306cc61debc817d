import { resolve } from 'node:path';
import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const results = {
  output: {
    file: 'results.folder',
    env: 'LANGDU_OUTPUT',
    flag: 'output',
    kind: kinds.folder,
    default: resolve('output'),
    usually: '`output/` where the server was started',
    doc: 'Folder of the finished audio. Made when missing, readable by its user only.',
  },
  keepHours: {
    file: 'results.keepHours',
    env: 'LANGDU_KEEP_HOURS',
    flag: 'keep-hours',
    kind: kinds.number(0, 87_600),
    default: 24,
    doc: 'Age at which finished audio is removed, in hours; fractions are allowed, 0 keeps it for ever.',
  },
  keepBytes: {
    file: 'results.keepBytes',
    env: 'LANGDU_KEEP_BYTES',
    flag: 'keep-bytes',
    kind: kinds.bytes,
    default: 1024 ** 3,
    doc: 'Total size of finished audio; beyond it the oldest is removed. Bytes, or `512M`, `1G`; 0 is no limit.',
  },
} as const satisfies Group;

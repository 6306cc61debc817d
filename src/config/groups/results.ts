import { resolve } from 'node:path';
import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const results = {
  resultsDriver: {
    file: 'results.driver',
    env: 'LANGDU_RESULTS',
    flag: 'results-driver',
    kind: kinds.choice(['files', 's3']),
    default: 'files',
    doc: 'Where finished audio is kept: `files` in a folder, or a bucket of an `s3` server.',
  },
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
  signedSeconds: {
    file: 'results.signedSeconds',
    env: 'LANGDU_SIGNED_SECONDS',
    flag: 'signed-seconds',
    kind: kinds.integer(0, 31_536_000),
    default: 0,
    doc: 'How long the address of a result is good for, in seconds; it is signed then. 0 gives addresses that are good as long as the result is kept.',
  },
  signingSecret: {
    file: 'results.signingSecret',
    env: 'LANGDU_SIGNING_SECRET',
    flag: 'signing-secret',
    kind: kinds.text,
    default: '',
    secret: true,
    doc: 'What addresses are signed with, at least 32 characters, the same for all servers that share results.',
  },
} as const satisfies Group;

import { resolve } from 'node:path';
import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const dispatch = {
  longestWait: {
    file: 'dispatch.longestWait',
    env: 'LANGDU_LONGEST_WAIT',
    flag: 'longest-wait',
    // Less than the surest start is promised in would refuse everything.
    kind: kinds.number(0.5, 3600),
    default: 10,
    doc: 'A request whose first sound is predicted to come later is refused at once, in seconds. `X-Deadline-Ms` sets it for one request.',
  },
  longestQueue: {
    file: 'dispatch.longestQueue',
    env: 'LANGDU_LONGEST_QUEUE',
    flag: 'longest-queue',
    kind: kinds.integer(1, 1_000_000),
    default: 1000,
    doc: 'Sentences that may wait for a worker; beyond it requests are refused.',
  },
  cacheBytes: {
    file: 'dispatch.cacheBytes',
    env: 'LANGDU_CACHE_BYTES',
    flag: 'cache-bytes',
    kind: kinds.bytes,
    default: 128 * 1024 ** 2,
    doc: 'Sentences kept in memory, in bytes; 0 keeps none.',
  },
  answerBytes: {
    file: 'dispatch.answerBytes',
    env: 'LANGDU_ANSWER_BYTES',
    flag: 'answer-bytes',
    kind: kinds.bytes,
    default: 64 * 1024 ** 2,
    doc: 'Whole answers of short texts kept in memory, encoded, in bytes; 0 keeps none.',
  },
  cacheFolder: {
    file: 'dispatch.cacheFolder',
    env: 'LANGDU_CACHE',
    flag: 'cache',
    kind: kinds.folder,
    default: resolve('cache'),
    usually: '`cache/` where the server was started',
    doc: 'Folder of sentences that were asked for again: they survive a restart.',
  },
  cacheDiskBytes: {
    file: 'dispatch.cacheDiskBytes',
    env: 'LANGDU_CACHE_DISK_BYTES',
    flag: 'cache-disk-bytes',
    kind: kinds.bytes,
    default: 1024 ** 3,
    doc: 'Size of that folder, in bytes; the least recently used go first. 0 writes nothing.',
  },
} as const satisfies Group;

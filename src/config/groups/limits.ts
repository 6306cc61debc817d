import { kinds } from '../kinds.ts';
import type { Group } from '../setting.ts';

export const limits = {
  keys: {
    file: 'limits.keys',
    env: 'LANGDU_KEYS',
    flag: 'keys',
    kind: kinds.optionalFile,
    default: '',
    doc: 'File of the API keys, read again whenever it changes. Without one everybody may ask.',
  },
  requestsPerMinute: {
    file: 'limits.requestsPerMinute',
    env: 'LANGDU_REQUESTS_PER_MINUTE',
    flag: 'requests-per-minute',
    kind: kinds.integer(0, 1_000_000),
    default: 0,
    doc: 'Requests a minute, of each key that has no limit of its own, or of each address where there are no keys; 0 is no limit.',
  },
  charactersPerMinute: {
    file: 'limits.charactersPerMinute',
    env: 'LANGDU_CHARACTERS_PER_MINUTE',
    flag: 'characters-per-minute',
    kind: kinds.integer(0, 1_000_000_000),
    default: 0,
    doc: 'Characters of text a minute, likewise. A single text may be longer; it then takes the whole minute.',
  },
  concurrent: {
    file: 'limits.concurrent',
    env: 'LANGDU_CONCURRENT',
    flag: 'concurrent',
    kind: kinds.integer(0, 100_000),
    default: 0,
    doc: 'Requests at a time, likewise.',
  },
  usageLog: {
    file: 'limits.usageLog',
    env: 'LANGDU_USAGE_LOG',
    flag: 'usage-log',
    kind: kinds.optionalFolder,
    default: '',
    doc: 'Folder of the usage log: a line of JSON for each request that spoke, a file a day (UTC). Without one there is none.',
  },
} as const satisfies Group;

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../kinds.ts';
import { packageRoot } from '../paths.ts';
import type { Group } from '../setting.ts';

export const speech = {
  voices: {
    file: 'speech.voices',
    env: 'LANGDU_VOICES',
    flag: 'voices',
    kind: kinds.folder,
    default: join(packageRoot, 'voices'),
    usually: '`voices/` of the package',
    doc: 'Folder of the voice packages.',
  },
  voice: {
    file: 'speech.voice',
    env: 'LANGDU_VOICE',
    flag: 'voice',
    kind: kinds.text,
    default: '',
    usually: 'the voice `tan`, or else the first by name',
    doc: 'Voice of requests that name none.',
  },
  workers: {
    file: 'speech.workers',
    env: 'LANGDU_WORKERS',
    flag: 'workers',
    kind: kinds.integer(1, 256),
    default: Math.min(256, availableParallelism()),
    usually: 'one a core',
    doc: 'Threads that synthesise. Each holds its own copy of every voice it has spoken with.',
  },
  lexicon: {
    file: 'speech.lexicon',
    env: 'LANGDU_LEXICON',
    flag: 'lexicon',
    kind: kinds.optionalFile,
    default: '',
    usually: 'none',
    doc: 'Lexicon file for every request (docs/text.md); read at the start. The lexicon of a request goes before it.',
  },
  maxText: {
    file: 'speech.maxText',
    env: 'LANGDU_MAX_TEXT',
    flag: 'max-text',
    kind: kinds.integer(1, 10_000_000),
    default: 10_000,
    doc: 'Longest text of an HTTP request, in characters.',
  },
} as const satisfies Group;

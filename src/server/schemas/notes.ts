import { formats } from '../../audio/formats.ts';
import { speakingErrors } from '../openapi/failures.ts';
import type { OperationNotes } from '../openapi/operation.ts';

/** Of every route whose answer is audio that is being made. */
export const streaming = {
  produces: [...new Set(Object.values(formats).map(({ contentType }) => contentType)), 'text/event-stream'],
  takesHeaders: {
    'X-Deadline-Ms': 'audio that begins later than this, in milliseconds, is no use: refused at once when it would',
  },
  givesHeaders: {
    'X-Langdu-Voice': 'who speaks',
    'X-Langdu-Sample-Rate': 'of the audio, in Hz',
    'X-Langdu-Cache': '`hit`, `miss`, `coalesced` or `partial`: how much of it is computed for this request',
    'X-Langdu-Starts-In-Ms': 'when its first sound was promised to come at the latest, from its arrival',
  },
  errors: speakingErrors,
} satisfies OperationNotes;

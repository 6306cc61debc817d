import type { ErrorRecord } from '../errors.ts';
import type { SpeechChunk, SpeechRequest } from '../speech.ts';

/** What crosses between the pool and a worker thread. Samples travel in transferred buffers. */

export interface WorkerOptions {
  readonly voices: string;
  readonly defaultVoice: string | undefined;
}

/** Pieces a worker may be ahead of its reader before it waits, so that a slow reader holds bounded memory. */
export const PIECES_AHEAD = 8;

export type ToWorker =
  | {
      readonly type: 'speak';
      readonly id: number;
      readonly request: SpeechRequest;
      readonly fromSentence?: number | undefined;
    }
  /** The reader has taken a piece. */
  | { readonly type: 'taken'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'unready'; readonly error: ErrorRecord }
  | { readonly type: 'chunk'; readonly id: number; readonly chunk: SpeechChunk }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorRecord };

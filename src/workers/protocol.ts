import type { ErrorRecord } from '../errors.ts';
import type { Lane } from '../speech.ts';
import type { Analysed } from '../text/analyse.ts';
import type { Explanation } from '../text/explanation.ts';
import type { Utterance } from '../voice/utterance.ts';

/** What crosses between this process's main thread and its workers. Samples travel in transferred buffers. */

export interface WorkerOptions {
  readonly voices: string;
  readonly defaultVoice: string | undefined;
  /**
   * Shared: ids of the utterances whose turn it is now, 0 where there are fewer. A worker that is lost cannot say any
   * more what it was at; this still does. `[MOST_TOGETHER]`
   */
  readonly turn: Int32Array<SharedArrayBuffer>;
}

export type ToWorker =
  | {
      readonly type: 'utter';
      readonly id: number;
      readonly utterance: Utterance;
      readonly lane: Lane;
      /** Its listener needs it in so many milliseconds. */
      readonly inMs: number;
    }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'unready'; readonly error: ErrorRecord }
  | {
      readonly type: 'piece';
      readonly id: number;
      readonly samples: Float32Array;
      readonly last: boolean;
      readonly done: number;
      readonly durations?: Int32Array | undefined;
    }
  /** `busyMs`: computing it took, of what was done together its share; `soundMs`: how long it sounds. */
  | { readonly type: 'done'; readonly id: number; readonly busyMs: number; readonly soundMs: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorRecord }
  /** Sentences that were in the decoder at once. */
  | { readonly type: 'batch'; readonly size: number };

export interface TextWorkerOptions {
  /** The server's own lexicon, as a file has it. */
  readonly lexicon: string | undefined;
}

/**
 * Sentences of a text that cross in one message: many enough to be cheap, few enough that a book is not read at once.
 */
export const SENTENCES_A_MESSAGE = 32;

/** A text to read: of which language, and for which voice (errors name it). */
export interface Reading {
  readonly text: string;
  readonly language: string;
  readonly voice: string;
  readonly lexicon: string | undefined;
}

export type ToTextWorker =
  | { readonly type: 'read'; readonly id: number; readonly reading: Reading }
  | { readonly type: 'explain'; readonly id: number; readonly reading: Reading }
  /** More sentences, please. */
  | { readonly type: 'more'; readonly id: number }
  | { readonly type: 'leave'; readonly id: number }
  | { readonly type: 'close' };

export type FromTextWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'explained'; readonly id: number; readonly explanation: Explanation }
  | { readonly type: 'sentences'; readonly id: number; readonly sentences: readonly Analysed[]; readonly last: boolean }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorRecord };

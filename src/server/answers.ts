import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { OutputOptions } from '../audio/finish.ts';
import type { WrittenPiece } from '../audio/write-speech.ts';
import { fieldsOf } from '../fields-of.ts';

/** A finished answer: all of its pieces, and their bytes in one. */
export interface Answer {
  readonly pieces: readonly WrittenPiece[];
  readonly bytes: Buffer;
}

/** Longer answers are for the sentence cache alone: they are seldom the same, and would push out many short ones. */
const LONGEST_BYTES = 2 * 1024 ** 2;
/** Everything that decides how a speech is written: the compiler knows when one is missing. */
const writing = fieldsOf<OutputOptions>({
  format: true,
  sampleRate: true,
  volume: true,
  loudness: true,
  trimSilence: true,
  bitrate: true,
});
/** What an entry takes beside its bytes and samples, about. */
const ENTRY_BYTES = 2_000;

/**
 * Whole answers of short texts, encoded: what a telephone service says thousands of times an hour is looked up and
 * sent, and neither joined nor encoded again. Bounded by bytes, the least recently used first out.
 */
export class Answers {
  readonly #kept: LRUCache<string, Answer> | undefined;

  /** @param limit in bytes; 0 keeps nothing */
  constructor(limit: number) {
    this.#kept =
      limit === 0
        ? undefined
        : new LRUCache({
            maxSize: limit,
            sizeCalculation: ({ pieces }) => pieces.reduce((sum, piece) => sum + sizeOf(piece), ENTRY_BYTES),
          });
  }

  /** The address of what is asked for: the speaker's word for the speech, and how it is to be written. */
  keyOf(speech: string | undefined, output: OutputOptions): string | undefined {
    if (speech === undefined || this.#kept === undefined) return undefined;
    const written = JSON.stringify(writing.map((field) => output[field]));
    return createHash('sha256').update(speech).update(written).digest('base64url');
  }

  get(key: string | undefined): Answer | undefined {
    return key === undefined ? undefined : this.#kept?.get(key);
  }

  /**
   * The pieces as they pass; when all have, they are kept if they are worth it: what is said but once is not. Held
   * meanwhile only while they may be kept.
   *
   * @param worth whether they are, as far as is known; at the end for certain
   */
  async *keep(
    key: string | undefined,
    pieces: AsyncIterable<WrittenPiece>,
    worth: (ended: boolean) => boolean,
  ): AsyncGenerator<WrittenPiece> {
    if (key === undefined) return yield* pieces;
    let held: WrittenPiece[] | undefined = [];
    let size = ENTRY_BYTES;
    for await (const piece of pieces) {
      size += sizeOf(piece);
      if (size > LONGEST_BYTES || !worth(false)) held = undefined;
      held?.push(piece);
      yield piece;
    }
    if (held === undefined || !worth(true)) return;
    this.#kept?.set(key, { pieces: held, bytes: Buffer.concat(held.map(({ bytes }) => bytes)) });
  }
}

/** What a piece takes: its bytes, their copy in the whole, and its samples. */
function sizeOf({ bytes, chunk }: WrittenPiece): number {
  return 2 * bytes.length + (chunk?.samples.byteLength ?? 0);
}

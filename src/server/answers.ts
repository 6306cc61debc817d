import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { OutputOptions } from '../audio/finish.ts';
import type { WrittenPiece } from '../audio/write-speech.ts';

/** A finished answer: all of its pieces, and their bytes in one. */
export interface Answer {
  readonly pieces: readonly WrittenPiece[];
  readonly bytes: Buffer;
}

/** Longer answers are for the sentence cache alone: they are seldom the same, and would push out many short ones. */
const LONGEST_BYTES = 2 * 1024 ** 2;
/** What an entry takes beside its bytes and samples, about. */
const ENTRY_BYTES = 2_000;

/**
 * Whole answers of short texts, encoded: what a telephone service says thousands of times an hour is looked up and sent, and
 * neither joined nor encoded again. Bounded by bytes, the least recently used first out.
 */
export class Answers {
  readonly #kept: LRUCache<string, Answer> | undefined;

  /** @param limit in bytes; 0 keeps nothing */
  constructor(limit: number) {
    this.#kept =
      limit === 0 ? undefined : new LRUCache({ maxSize: limit, maxEntrySize: LONGEST_BYTES, sizeCalculation: sizeOf });
  }

  /** The address of what is asked for: the speaker's word for the speech, and how it is to be written. */
  keyOf(speech: string | undefined, output: OutputOptions): string | undefined {
    if (speech === undefined || this.#kept === undefined) return undefined;
    const { format, sampleRate, volume, loudness, trimSilence, bitrate } = output;
    const written = JSON.stringify([format, sampleRate, volume, loudness, trimSilence, bitrate]);
    return createHash('sha256').update(speech).update(written).digest('base64url');
  }

  get(key: string | undefined): Answer | undefined {
    return key === undefined ? undefined : this.#kept?.get(key);
  }

  /** The pieces as they pass; when all have, they are kept if they are worth it: what is said but once is not. */
  async *keep(
    key: string | undefined,
    pieces: AsyncIterable<WrittenPiece>,
    worth: () => boolean,
  ): AsyncGenerator<WrittenPiece> {
    const all: WrittenPiece[] = [];
    let size = 0;
    for await (const piece of pieces) {
      size += piece.bytes.length;
      if (size <= LONGEST_BYTES) all.push(piece);
      else all.length = 0;
      yield piece;
    }
    if (key === undefined || size > LONGEST_BYTES || !worth()) return;
    this.#kept?.set(key, { pieces: all, bytes: Buffer.concat(all.map(({ bytes }) => bytes)) });
  }
}

function sizeOf({ pieces, bytes }: Answer): number {
  const samples = pieces.reduce((sum, { chunk }) => sum + (chunk?.samples.byteLength ?? 0), 0);
  return 2 * bytes.length + samples + ENTRY_BYTES;
}

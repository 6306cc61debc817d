import type { WrittenPiece } from '../audio/write-speech.ts';
import type { TextWarning } from '../text/sentence.ts';
import type { PendingResult, ResultStore } from './store.ts';

export interface Recording {
  /** Name in the store. */
  readonly name: string;
  /** Length of the audio in seconds. */
  readonly seconds: number;
  readonly sampleRate: number;
  readonly warnings: readonly TextWarning[];
}

/**
 * Speech as it is written, into one result of the store: memory holds a piece at a time, however long the text. Nothing
 * is left in the store when the speech fails. Throws what the speech throws, or `storage_failed`.
 */
export async function record(pieces: AsyncIterable<WrittenPiece>, store: ResultStore): Promise<Recording> {
  let pending: PendingResult | undefined;
  let last: WrittenPiece | undefined;
  const warnings: TextWarning[] = [];
  try {
    for await (const piece of pieces) {
      last = piece;
      warnings.push(...(piece.chunk?.warnings ?? []));
      pending ??= await store.create({ extension: piece.file.extension });
      if (piece.bytes.length > 0) await pending.append(piece.bytes);
    }
    if (pending === undefined || last === undefined) throw new Error('the speech ended before its first piece');
    const { seconds, sampleRate } = last.file;
    await pending.commit(last.head);
    return { name: pending.name, seconds, sampleRate, warnings };
  } finally {
    await pending?.abort();
  }
}

import { WavEncoder } from '../audio/wav.ts';
import { LangduError } from '../errors.ts';
import type { SpeechChunk } from '../speech.ts';
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
 * Speech as it is made, into one WAV of the store: memory holds a chunk at a time, however long the text. Nothing is
 * left in the store when the speech fails or `signal` aborts. Throws what the speech throws, `storage_failed` or
 * `cancelled`.
 */
export async function record(
  speech: AsyncIterable<SpeechChunk>,
  store: ResultStore,
  signal?: AbortSignal,
): Promise<Recording> {
  let pending: PendingResult | undefined;
  let encoder: WavEncoder | undefined;
  const warnings: TextWarning[] = [];
  try {
    for await (const chunk of speech) {
      if (signal?.aborted) throw new LangduError('cancelled');
      warnings.push(...chunk.warnings);
      if (encoder === undefined || pending === undefined) {
        encoder = new WavEncoder(chunk.sampleRate);
        pending = await store.create({ extension: 'wav' });
        await pending.append(encoder.start());
      }
      if (chunk.sampleRate !== encoder.sampleRate) throw new Error('the sample rate changed within one speech');
      if (chunk.samples.length > 0) await pending.append(encoder.encode(chunk.samples));
    }
    // A speaker may end early without an error when it is told to stop: that is half a speech, not a short one.
    if (signal?.aborted) throw new LangduError('cancelled');
    if (encoder === undefined || pending === undefined) throw new Error('the speech ended before its first piece');
    await pending.commit(encoder.header());
    return { name: pending.name, seconds: encoder.seconds, sampleRate: encoder.sampleRate, warnings };
  } finally {
    await pending?.abort();
  }
}

import type { SpeechChunk } from '../speech.ts';
import { type Finisher, type OutputOptions, openFinisher } from './finish.ts';

/** Bytes of a file of speech, in order. */
export interface WrittenPiece {
  /** What the file is; the same object on every piece. */
  readonly file: Pick<Finisher, 'contentType' | 'extension' | 'sampleRate' | 'seconds'>;
  /** Perhaps none: an encoder may wait for more. */
  readonly bytes: Uint8Array;
  /** What was written; undefined on the last piece, which holds what the encoder had kept. */
  readonly chunk: SpeechChunk | undefined;
  /** On the last piece, where a file that can be written again at its beginning wants other first bytes. */
  readonly head: Uint8Array | undefined;
}

/**
 * Speech as it is made, as bytes of a file as they are ready: memory holds a chunk at a time. Throws what the speech
 * throws, and what `openFinisher` does.
 */
export async function* writeSpeech(
  speech: AsyncIterable<SpeechChunk>,
  output: OutputOptions,
): AsyncGenerator<WrittenPiece> {
  let file: Finisher | undefined;
  let rate = 0;
  try {
    for await (const chunk of speech) {
      if (file === undefined) {
        rate = chunk.sampleRate;
        file = await openFinisher(rate, output);
      }
      if (chunk.sampleRate !== rate) throw new Error('the sample rate changed within one speech');
      const bytes = file.push(chunk.samples, chunk.last ? 'sentence' : undefined);
      yield { file, bytes, chunk, head: undefined };
    }
    if (file === undefined) throw new Error('the speech ended before its first piece');
    const bytes = file.end();
    yield { file, bytes, chunk: undefined, head: file.head() };
  } finally {
    file?.close();
  }
}

import { fileURLToPath } from 'node:url';
import { concatenate } from '../../src/float-arrays.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';

export const TAN_RATE = 16000;

/** What the shipped voice says, a sentence each; pauses stand in front of all but the first. */
export async function tanSays(text: string, emotion?: string): Promise<Float32Array[]> {
  const speaker = new LocalSpeaker(fileURLToPath(new URL('../../../voices', import.meta.url)), 'tan');
  try {
    const sentences: Float32Array[][] = [];
    for await (const { samples, sentence, sampleRate } of speaker.speak({ text, emotion })) {
      if (sampleRate !== TAN_RATE) throw new Error(`tan speaks at ${sampleRate} Hz`);
      sentences[sentence.index] ??= [];
      sentences[sentence.index]!.push(samples);
    }
    return sentences.map(concatenate);
  } finally {
    await speaker.close();
  }
}

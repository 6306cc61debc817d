import { type SpokenSentence, Timeline } from '../../src/subtitles/timeline.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';

/** A text as tones speak it: a tenth of a second a character, each a word. */
export async function spoken(text: string): Promise<SpokenSentence[]> {
  const timeline = new Timeline();
  const sentences: SpokenSentence[] = [];
  for await (const chunk of new ToneSpeaker().speak({ text })) {
    const sentence = timeline.add(chunk);
    if (sentence !== undefined) sentences.push(sentence);
  }
  return sentences;
}

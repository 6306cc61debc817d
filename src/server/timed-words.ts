import type { SpokenSentence } from '../subtitles/timeline.ts';

/** A sentence's words as answers have them. */
export function timedWords(text: string, { words }: SpokenSentence) {
  return words.map(({ start, end, from, to }) => ({ text: text.slice(start, end), start, end, from, to }));
}

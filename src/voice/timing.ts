import type { SentenceTiming, TimedSpan } from '../speech.ts';
import type { ProsodicWord, SymbolToken } from '../text/sentence.ts';

/** What the timing of a sentence is made from. */
export interface TimedSentence {
  readonly words: readonly ProsodicWord[];
  readonly symbols: readonly SymbolToken[];
}

/**
 * When each word and symbol of a sentence is heard, from the frames its symbols were given. The spans are those of the
 * text it was written in, so what normalisation made of `3.5%` still points at `3.5%`.
 *
 * @param durations frames of each symbol `[N]`
 * @param frameSeconds seconds a frame: hop / sample rate
 * @param lead seconds of silence in front
 */
export function sentenceTiming(
  { words, symbols }: TimedSentence,
  durations: Int32Array,
  frameSeconds: number,
  lead: number,
): SentenceTiming {
  const seconds = (frame: number) => Math.round(frame * frameSeconds * 1e6) / 1e6;
  const timed: (TimedSpan & { text: string })[] = [];
  const phones: (TimedSpan & { symbol: string })[] = [];
  let frame = 0;
  let begun = 0;
  symbols.forEach((symbol, index) => {
    const from = frame;
    frame += durations[index]!;
    phones.push({
      symbol: symbol.sy,
      start: symbol.start,
      end: symbol.end,
      from: seconds(from),
      to: seconds(frame),
    });
    if (!symbol.sy.startsWith('#')) return;
    // A word's symbols are followed by its pause, which is not part of it.
    const { text, start, end } = words[timed.length]!;
    timed.push({ text, start, end, from: seconds(begun), to: seconds(from) });
    begun = frame;
  });
  return { lead, seconds: seconds(frame), words: timed, phones };
}

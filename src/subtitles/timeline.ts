import type { SentenceTiming, SpeechChunk, TimedSpan } from '../speech.ts';
import type { Span } from '../text/sentence.ts';

/** A sentence of the text and when it is heard: all times are seconds from the beginning of the audio. */
export interface SpokenSentence extends TimedSpan {
  readonly index: number;
  /** In order, overlapping neither in the text nor in time. */
  readonly words: readonly TimedSpan[];
  /** Symbols of the acoustic model in order, pauses (`#1` …) with them. */
  readonly phones: readonly (TimedSpan & { readonly symbol: string })[];
}

/**
 * Puts a sentence's timing where it is in the audio. Prosodic words that were read from the same characters (`3.5%` is
 * two: 百分之 三点五) are one word of the text.
 *
 * @param begins seconds of audio in front of the sentence's first chunk
 */
export function placeSentence(
  sentence: Span & { readonly index: number },
  timing: SentenceTiming,
  begins: number,
): SpokenSentence {
  const zero = begins + timing.lead;
  const at = (seconds: number) => milliseconds(zero + seconds);
  const words: TimedSpan[] = [];
  for (const { start, end, from, to } of timing.words) {
    const before = words.at(-1);
    if (before === undefined || start >= before.end) words.push({ start, end, from: at(from), to: at(to) });
    else words[words.length - 1] = { ...before, end: Math.max(before.end, end), to: at(to) };
  }
  const phones = timing.phones.map((phone) => ({ ...phone, from: at(phone.from), to: at(phone.to) }));
  const { index, start, end } = sentence;
  return { index, start, end, from: at(0), to: at(timing.seconds), words, phones };
}

/** Follows speech chunk by chunk and tells of each sentence when it is heard. */
export class Timeline {
  #samples = 0;

  /** The sentence that begins with this chunk, if one does. */
  add(chunk: SpeechChunk): SpokenSentence | undefined {
    const begins = this.#samples / chunk.sampleRate;
    this.#samples += chunk.samples.length;
    return chunk.timing === undefined ? undefined : placeSentence(chunk.sentence, chunk.timing, begins);
  }
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

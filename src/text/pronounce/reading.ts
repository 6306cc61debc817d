import type { Span } from '../sentence.ts';

/** A syllable while the stages work on it. */
export interface Spoken extends Span {
  text: string;
  reading: string;
  pinyin: string;
  by: string;
  readonly phones?: readonly string[];
}

/** The tone of a reading: 1–5. */
export function toneOf(reading: string): number {
  return Number(reading.charAt(reading.length - 1));
}

export function withTone(reading: string, tone: number): string {
  return reading.slice(0, -1) + tone;
}

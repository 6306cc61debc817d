import type { TimedSpan } from '../speech.ts';
import { columns } from './columns.ts';
import type { SpokenSentence } from './timeline.ts';

/** A word with the marks that stand with it: what a line is never broken inside of. */
export interface Unit extends TimedSpan {
  /** In columns, without white space at its end. */
  readonly width: number;
  /**
   * How good a place its end is to stop reading: 3 a sentence, 2 a clause, 1 an enumeration, 0 in the middle of things.
   */
  readonly stop: 0 | 1 | 2 | 3;
}

/** Marks that stand in front of what they belong to. */
const OPENING = /[([{（［｛《〈「『【〔“‘"'#$￥¥€£]/u;
const CLOSING = '[)\\]}）］｝》〉」』】〕”’"\'\\s]*$';
const stops: readonly (readonly [Unit['stop'], RegExp])[] = [
  [3, new RegExp(`[。！？!?…\\n]${CLOSING}|\\.${CLOSING}`, 'u')],
  [2, new RegExp(`[，；：,;:—–]${CLOSING}`, 'u')],
  [1, new RegExp(`[、·]${CLOSING}`, 'u')],
];

/**
 * A sentence's words as units that cover all of its text: marks and blanks go to the word before them, opening ones to
 * the word behind. A unit wider than `widest` is cut, its time shared out by width.
 */
export function unitsOf(text: string, sentence: SpokenSentence, widest: number): Unit[] {
  const { words } = sentence;
  const borders = [sentence.start];
  for (let i = 1; i < words.length; i += 1) borders.push(borderIn(text, words[i - 1]!.end, words[i]!.start));
  borders.push(sentence.end);
  return words.flatMap(({ from, to }, i) => cut(text, { start: borders[i]!, end: borders[i + 1]!, from, to }, widest));
}

function borderIn(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && OPENING.test(text.charAt(at - 1))) at -= 1;
  return at;
}

function cut(text: string, span: TimedSpan, widest: number): Unit[] {
  const written = text.slice(span.start, span.end);
  const width = columns(written.trimEnd());
  const stop = stops.find(([, pattern]) => pattern.test(written))?.[0] ?? 0;
  if (width <= widest) return [{ ...span, width, stop }];
  const pieces: Unit[] = [];
  const rate = (span.to - span.from) / width;
  let { start, from } = span;
  let taken = 0;
  let at = span.start;
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(written)) {
    const next = columns(segment);
    if (taken > 0 && taken + next > widest) {
      pieces.push({ start, end: at, from, to: from + taken * rate, width: taken, stop: 0 });
      from += taken * rate;
      start = at;
      taken = 0;
    }
    taken += next;
    at += segment.length;
  }
  pieces.push({ start, end: span.end, from, to: span.to, width: taken, stop });
  return pieces;
}

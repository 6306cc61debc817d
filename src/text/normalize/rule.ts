import { readTable, readWords } from '../data.ts';
import type { Span } from '../sentence.ts';
import { spellDigits } from './number.ts';

/** Words and the source they stand for. */
export interface Part extends Span {
  readonly text: string;
}

/**
 * One way of writing and how it is read. Patterns are sticky: they are tried where no earlier rule matched, look back for
 * context only with lookbehind, and bound every repetition, so a text is read in linear time.
 */
export interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** What is said, or undefined to let a later rule try. */
  readonly read: (found: Found) => readonly Part[] | undefined;
}

/** A match, with the named groups that took part and where they were. */
export class Found implements Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly #match: RegExpExecArray;

  constructor(match: RegExpExecArray) {
    this.#match = match;
    this.text = match[0];
    this.start = match.index;
    this.end = match.index + match[0].length;
  }

  /** Nothing else is written in the sentence. */
  get alone(): boolean {
    return this.#match.input.trim() === this.text;
  }

  /** A group's text, empty when it did not take part. */
  get(group: string): string {
    return this.#match.groups?.[group] ?? '';
  }

  /** Whether a group took part, be it empty. */
  has(group: string): boolean {
    return this.#match.groups?.[group] !== undefined;
  }

  /** Words for a group alone. */
  say(group: string, text: string): Part {
    const [start, end] = this.#match.indices?.groups?.[group] ?? [this.start, this.end];
    return { text, start, end };
  }

  /** Digits of a group one by one, each with its own place. */
  spell(group: string, yao = false): Part[] {
    return spellRun(this.get(group), this.say(group, '').start, yao);
  }

  /** Words for the whole match: for readings in another order than the writing. */
  whole(text: string): Part[] {
    return [{ text, start: this.start, end: this.end }];
  }
}

/** Each digit of a run with its own place; what is between the digits is not said. */
export function spellRun(run: string, start: number, yao = false): Part[] {
  const parts: Part[] = [];
  for (let index = 0; index < run.length; index += 1) {
    const char = run.charAt(index);
    if (/\d/.test(char)) parts.push({ text: spellDigits(char, yao), start: start + index, end: start + index + 1 });
  }
  return parts;
}

export function rule(name: string, pattern: string, read: Rule['read']): Rule {
  return { name, pattern: new RegExp(pattern, 'dyu'), read };
}

/** A whole number, with or without separators, that is not cut out of a longer one. */
export const whole = String.raw`(?:\d{1,3}(?:,\d{3}){1,6}(?![\d,])|\d{1,24}(?!\d))`;

/** A number with an optional fraction. */
export const number = String.raw`(?:\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,24})?(?!\d)|\d{1,24}(?:\.\d{1,24})?(?!\d))`;

/** The words that 2 before them is read 两, as an alternation. */
export const counters: string = alternation(readWords('counters.txt'));

/** Not a counter although it begins like one. */
export const notCounted = '年级|分之|次方|次元|点[零一二三四五六七八九\\d]|大[于类]|级|成[为了]|平方根';

const cueTable = new Map(readTable('cues.tsv').map(([kind, words]) => [kind!, words!.split(' ')]));

/** The context words of a kind, as an alternation. */
export function cues(kind: string): string {
  return alternation(cueTable.get(kind) ?? []);
}

export function isCue(kind: string, word: string): boolean {
  return cueTable.get(kind)?.includes(word) ?? false;
}

/** Words as an alternation, longest first. */
export function alternation(words: readonly string[]): string {
  const sorted = [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return sorted.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
}

import { readTable, readWords } from '../data.ts';
import type { Span } from '../sentence.ts';
import { spellDigits } from './number.ts';

/** Words and the source they stand for. */
export interface Part extends Span {
  readonly text: string;
}

/**
 * One way of writing and how it is read. Patterns are sticky: they are tried where no earlier rule matched, look back
 * for context only with lookbehind, and bound every repetition, so a text is read in linear time.
 */
export interface Rule {
  readonly name: string;
  /** The characters it may begin with: it is tried nowhere else. */
  readonly begins: RegExp;
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
  readonly #pattern: RegExp;
  #places: Readonly<Record<string, [number, number]>> | undefined;

  constructor(match: RegExpExecArray, pattern: RegExp) {
    this.#match = match;
    this.#pattern = pattern;
    this.text = match[0];
    this.start = match.index;
    this.end = match.index + match[0].length;
  }

  /** The sentence it was found in. */
  get input(): string {
    return this.#match.input;
  }

  /** Nothing else is written in the sentence. */
  get alone(): boolean {
    const { input } = this.#match;
    return input.length < this.text.length + 100 && input.trim() === this.text;
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
    const [start, end] = this.#placeOf(group) ?? [this.start, this.end];
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

  /** Looked for again with places, which cost more than the match: most rules that match at all never ask. */
  #placeOf(group: string): [number, number] | undefined {
    if (this.get(group).length === this.text.length) return [this.start, this.end];
    if (this.#places === undefined) {
      const placed = placing(this.#pattern);
      placed.lastIndex = this.start;
      this.#places = placed.exec(this.#match.input)?.indices?.groups ?? {};
    }
    return this.#places[group];
  }
}

const placingPatterns = new Map<RegExp, RegExp>();

function placing(pattern: RegExp): RegExp {
  let found = placingPatterns.get(pattern);
  if (found === undefined) {
    found = new RegExp(pattern.source, `d${pattern.flags}`);
    placingPatterns.set(pattern, found);
  }
  return found;
}

/** Each digit of a run with its own place; what is between the digits is not said. */
export function spellRun(run: string, start: number, yao = false): Part[] {
  const parts: Part[] = [];
  for (let index = 0; index < run.length; index += 1) {
    const char = run.charAt(index);
    if (char >= '0' && char <= '9') {
      parts.push({ text: spellDigits(char, yao), start: start + index, end: start + index + 1 });
    }
  }
  return parts;
}

/** A rule tried at the characters `begins`, written as inside of a class: `\\d`, `-–`. */
export function rule(name: string, begins: string, pattern: string, read: Rule['read']): Rule {
  return { name, begins: new RegExp(`[${begins}]`, 'u'), pattern: new RegExp(pattern, 'yu'), read };
}

const cueTable = new Map(readTable('cues.tsv').map(([kind, words]) => [kind!, words!.trim().split(' ')]));

/** What most rules begin with. */
export const digit = '\\d';

/** Signs between the ends of a range, as inside of a class. */
export const dashes = '\\-–—~～─－﹣﹘‐‑‒―〜';

/** A whole number, with or without separators, that is not cut out of a longer one. */
export const whole = String.raw`(?:\d{1,3}(?:,\d{3}){1,6}(?![\d,]\d|\d)|\d{1,24}(?!\d))`;

/** A number with an optional fraction. */
export const number = String.raw`(?:\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,24})?(?!\d)|\d{1,24}(?:\.\d{1,24})?(?!\d))`;

/** The words that 2 before them is read 两, as an alternation. */
export const counters: string = alternation(readWords('counters.txt'));

/** The words that say a number before them is an amount, as an alternation. */
export const measured: string = alternation([...readWords('counters.txt'), ...cuesOf('counted')]);

/** Not a counter although it begins like one. */
export const notCounted =
  '年级|年代|分之|次方|次元|点[零一二三四五六七八九\\d]|大[于类]|级|成[为了立]|平方根|中[国心学]|国际|家族|部队|组合';

/** The context words of a kind, as an alternation. */
export function cues(kind: string): string {
  return alternation(cuesOf(kind));
}

export function isCue(kind: string, word: string): boolean {
  return cuesOf(kind).includes(word);
}

function cuesOf(kind: string): readonly string[] {
  const words = cueTable.get(kind);
  if (words === undefined) throw new Error(`no line of data/cues.tsv is called ${kind}`);
  return words;
}

/** Words as an alternation, longest first. */
export function alternation(words: readonly string[]): string {
  const sorted = [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return sorted.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|');
}

import type { TextWarning } from '../sentence.ts';
import { fold } from './fold.ts';
import { blank, pauseOf, silent } from './marks.ts';
import { Found, type Part, type Rule } from './rule.ts';
import { rules } from './rules.ts';
import type { SpokenToken, TokenKind } from './token.ts';

export interface Normalized {
  readonly tokens: readonly SpokenToken[];
  readonly warnings: readonly TextWarning[];
}

const han = /\p{Script=Han}/u;

/** Written to spoken: the tokens of `text`, whose first character is at `offset` of the caller's text. */
export function normalize(text: string, offset = 0): Normalized {
  const scan = new Scan(text, offset);
  while (!scan.done) scan.step();
  return scan;
}

class Scan implements Normalized {
  readonly tokens: SpokenToken[] = [];
  readonly warnings: TextWarning[] = [];
  readonly #text: string;
  readonly #folded: string;
  readonly #offset: number;
  #at = 0;
  #groups = 0;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#folded = fold(text);
    this.#offset = offset;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  step(): void {
    const code = this.#folded.codePointAt(this.#at)!;
    const char = characterOf(code);
    if (isPlainHan(code)) this.#push('han', char, this.#at + char.length);
    else if (this.#applyRule(code)) return;
    else if (han.test(char)) this.#push('han', char, this.#at + char.length);
    else if (blank.test(char)) this.#push('space', ' ', this.#at + char.length);
    else if (silent.test(char)) this.#push('mark', char, this.#at + char.length, pauseOf(char));
    else this.#warn();
  }

  #applyRule(code: number): boolean {
    for (const { name, pattern, read } of rulesAt(code)) {
      pattern.lastIndex = this.#at;
      const match = pattern.exec(this.#folded);
      if (match === null || match[0] === '') continue;
      const parts = read(new Found(match, pattern));
      if (parts === undefined) continue;
      this.#groups += 1;
      this.#explode(parts, name);
      this.#at = match.index + match[0].length;
      return true;
    }
    return false;
  }

  /** Words as tokens: characters one by one, letters in runs; every token keeps its part's place. */
  #explode(parts: readonly Part[], rule: string): void {
    const first = this.tokens.length;
    const group = this.#groups;
    const pieces: { text: string; part: Part }[] = [];
    for (const part of parts) {
      for (const text of part.text.match(/[A-Za-z']+|\s|./gu) ?? []) pieces.push({ text, part });
    }
    const groupSize = pieces.length;
    for (let index = 0; index < groupSize; index += 1) {
      const { text, part } = pieces[index]!;
      const start = this.#offset + part.start;
      const end = this.#offset + part.end;
      this.tokens[first + index] = { kind: kindOf(text), text, start, end, group, groupSize, rule, pause: 0 };
    }
  }

  #push(kind: TokenKind, text: string, to: number, pause: 0 | 1 | 3 = 0): void {
    const start = this.#offset + this.#at;
    const end = this.#offset + to;
    this.tokens.push({ kind, text, start, end, group: 0, groupSize: 0, rule: '', pause });
    this.#at = to;
  }

  #warn(): void {
    const start = this.#at;
    const end = clusterEnd(this.#text, start);
    this.warnings.push({
      code: 'character_unknown',
      text: this.#text.slice(start, end),
      start: this.#offset + start,
      end: this.#offset + end,
    });
    this.#push('mark', '', end);
  }
}

/** The common Han characters, where no rule begins: most of a text is passed over by this test alone. */
function isPlainHan(code: number): boolean {
  return code >= 0x3400 && code <= 0x9fff && !(code >= 0x4dc0 && code < 0x4e00);
}

const beginning = new Map<number, readonly Rule[]>();

/** The rules that may begin with a character, in their order. */
function rulesAt(code: number): readonly Rule[] {
  let found = beginning.get(code);
  if (found === undefined) {
    const char = String.fromCodePoint(code);
    found = rules.filter(({ begins }) => begins.test(char));
    beginning.set(code, found);
  }
  return found;
}

const characters = new Map<number, string>();

/** Made once a character: a text holds the same few thousand again and again. */
function characterOf(code: number): string {
  let found = characters.get(code);
  if (found === undefined) {
    found = String.fromCodePoint(code);
    characters.set(code, found);
  }
  return found;
}

function kindOf(text: string): TokenKind {
  if (isPlainHan(text.charCodeAt(0)) || han.test(text)) return 'han';
  if (/[A-Za-z]/.test(text)) return 'latin';
  return text === ' ' ? 'space' : 'mark';
}

const extends_ = /[\p{M}\p{Cf}\p{EMod}]/u;
const flag = /\p{RI}/u;

/** The end of the character at `start` with its marks, joiners and what is joined to it: one emoji is one warning. */
function clusterEnd(text: string, start: number): number {
  const first = charAt(text, start);
  let end = start + first.length;
  if (flag.test(first) && flag.test(charAt(text, end))) end += charAt(text, end).length;
  for (let next = charAt(text, end); extends_.test(next); next = charAt(text, end)) {
    end += next.length;
    if (next === '\u200d') end += charAt(text, end).length;
  }
  return end;
}

function charAt(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}

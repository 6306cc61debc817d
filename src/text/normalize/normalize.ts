import type { TextWarning } from '../sentence.ts';
import { fold } from './fold.ts';
import { blank, pauseOf, silent } from './marks.ts';
import { Found, type Part } from './rule.ts';
import { rules } from './rules.ts';
import type { SpokenToken, TokenKind } from './token.ts';

export interface Normalized {
  readonly tokens: readonly SpokenToken[];
  readonly warnings: readonly TextWarning[];
}

const han = /\p{Script=Han}/u;
/** Where a rule may begin: Han characters and the commonest marks are passed over. */
const inert = /[\p{Script=Han}\s，。、；：！？“”‘’（）《》【】…]/u;
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
    const char = String.fromCodePoint(code);
    if (!inert.test(char) && this.#applyRule()) return;
    if (han.test(char)) this.#push('han', char, this.#at + char.length);
    else if (blank.test(char)) this.#push('space', ' ', this.#at + char.length);
    else if (silent.test(char)) this.#pushMark(char);
    else this.#warn();
  }

  #applyRule(): boolean {
    for (const { pattern, read } of rules) {
      pattern.lastIndex = this.#at;
      const match = pattern.exec(this.#folded);
      if (match === null || match[0] === '') continue;
      const parts = read(new Found(match));
      if (parts === undefined) continue;
      this.#groups += 1;
      this.#explode(parts);
      this.#at = match.index + match[0].length;
      return true;
    }
    return false;
  }

  /** Words as tokens: characters one by one, letters in runs; every token keeps its part's place. */
  #explode(parts: readonly Part[]): void {
    const pieces = parts.flatMap((part) =>
      (part.text.match(/[A-Za-z']+|\s|./gu) ?? []).map((text) => ({ text, part })),
    );
    for (const { text, part } of pieces) {
      const span = { start: this.#offset + part.start, end: this.#offset + part.end };
      this.tokens.push({ kind: kindOf(text), text, ...span, group: this.#groups, groupSize: pieces.length, pause: 0 });
    }
  }

  #push(kind: TokenKind, text: string, end: number, pause: 0 | 1 | 3 = 0): void {
    this.tokens.push({
      kind,
      text,
      start: this.#offset + this.#at,
      end: this.#offset + end,
      group: 0,
      groupSize: 0,
      pause,
    });
    this.#at = end;
  }

  #pushMark(char: string): void {
    this.#push('mark', char, this.#at + char.length, pauseOf(char));
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

function kindOf(text: string): TokenKind {
  if (han.test(text)) return 'han';
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

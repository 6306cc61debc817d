import type { SpokenToken } from '../normalize/token.ts';
import { posOf } from './lexicon.ts';
import { chunkNumber } from './numerals.ts';
import { bestPath } from './path.ts';
import type { Word } from './word.ts';

/**
 * The tokens of a sentence as words; `held` are words of the user by place and length. Runs do not cross marks, spaces,
 * letters or the edges of what a rule has read.
 */
export function segment(tokens: readonly SpokenToken[], held: ReadonlyMap<number, number> = none): Word[] {
  const words: Word[] = [];
  let gap: 0 | 1 | 3 = 0;
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at]!;
    if (token.kind === 'space' || token.kind === 'mark') {
      gap = Math.max(gap, token.kind === 'space' ? 1 : token.pause) as 0 | 1 | 3;
      at += 1;
    } else if (token.kind === 'latin') {
      words.push({ kind: 'latin', tokens: [token], text: token.text, pos: 'eng', gap: gap === 0 ? 1 : gap });
      at += 1;
      gap = 1;
    } else {
      const end = runEnd(tokens, at);
      const run = tokens.slice(at, end);
      for (const word of token.group > 0 ? grouped(run) : held.size > 0 ? around(run, held) : plain(run)) {
        words.push(gap === 0 ? word : { ...word, gap });
        gap = 0;
      }
      at = end;
    }
  }
  return words;
}

function runEnd(tokens: readonly SpokenToken[], from: number): number {
  const { group } = tokens[from]!;
  let end = from + 1;
  while (tokens[end]?.kind === 'han' && tokens[end]!.group === group) end += 1;
  return end;
}

const none: ReadonlyMap<number, number> = new Map();

/** The words of a run, those that the user's lexicon holds together whole. */
function around(run: readonly SpokenToken[], held: ReadonlyMap<number, number>): Word[] {
  const words: Word[] = [];
  let from = 0;
  for (let at = 0; at < run.length; ) {
    const length = held.get(run[at]!.start);
    if (length === undefined || at + length > run.length) at += 1;
    else {
      words.push(...plain(run.slice(from, at)), han(run.slice(at, at + length), 'n'));
      at += length;
      from = at;
    }
  }
  return [...words, ...plain(run.slice(from))];
}

const digits = /^[零一二三四五六七八九]+$/u;

function plain(run: readonly SpokenToken[]): Word[] {
  const words: Word[] = [];
  const codes = run.map(({ text }) => (text.length === 1 ? text.charCodeAt(0) : 0));
  const { count, ends, rows } = bestPath(codes, 0, codes.length);
  for (let index = 0, at = 0; index < count; index += 1) {
    const end = ends[index]!;
    const word = han(run.slice(at, end), posOf(rows[index]!));
    const last = words.at(-1);
    // Digits in a row are one number: 九九九, 二零二六
    if (last !== undefined && digits.test(last.text) && digits.test(word.text) && last.tokens.length + end - at <= 4) {
      words[words.length - 1] = han([...last.tokens, ...word.tokens], 'm');
    } else words.push(word);
    at = end;
  }
  return words;
}

function grouped(run: readonly SpokenToken[]): Word[] {
  const words: Word[] = [];
  let at = 0;
  for (const { text, numeral } of chunkNumber(run.map((token) => token.text).join(''))) {
    const tokens = run.slice(at, at + text.length);
    words.push(...(numeral ? [han(tokens, 'm')] : plain(tokens)));
    at += text.length;
  }
  return words;
}

function han(tokens: readonly SpokenToken[], pos: string): Word {
  return { kind: 'han', tokens, text: tokens.map((token) => token.text).join(''), pos, gap: 0 };
}

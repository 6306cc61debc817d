import { readTable } from '../data.ts';
import type { Word } from '../segment/word.ts';
import { readCmu } from './cmu.ts';
import { soundOut } from './letters.ts';
import type { Spoken } from './reading.ts';
import { syllabify } from './syllabify.ts';

/** Word or letter, as written or in lower case → ARPAbet with stress digits. */
const entries = new Map(readTable('english.tsv') as [string, string][]);

/** Letters as syllables: a word of the tables, or its parts (iPhone: i, Phone), sounded out or letter by letter. */
export function readEnglish(word: Word): Spoken[] {
  const { start, end } = word.tokens[0]!;
  // Where the letters are those of the source, each piece knows its own place.
  const exact = end - start === word.text.length;
  const result: Spoken[] = [];
  for (const piece of pieces(word.text)) {
    const span = exact ? { start: start + piece.at, end: start + piece.at + piece.text.length } : { start, end };
    for (const { phones, stress } of syllabify(piece.arpabet.split(' '))) {
      const reading = `${phones.join(' ')}${stress}`;
      result.push({ text: piece.text, ...span, reading, pinyin: reading, by: 'english', phones });
    }
  }
  return result;
}

interface Piece {
  readonly text: string;
  readonly at: number;
  readonly arpabet: string;
}

function pieces(text: string): Piece[] {
  const whole = lookUp(text);
  if (whole !== undefined) return [{ text, at: 0, arpabet: whole }];
  const result: Piece[] = [];
  for (const match of text.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)) {
    const part = (match[0].length < text.length ? lookUp(match[0]) : undefined) ?? readUnknown(match[0]);
    if (part !== undefined) result.push({ text: match[0], at: match.index, arpabet: part });
    else result.push(...spell(match[0], match.index));
  }
  return result;
}

/** Small letters that look like a word are sounded out; others are spelled. */
function readUnknown(text: string): string | undefined {
  if (!/^[A-Za-z]?[a-z]{2,}$/.test(text) || !/[aeiouy]/.test(text)) return undefined;
  return soundOut(text.toLowerCase());
}

/** Capitals are spelled unless the table has them as they are or they are long enough to be a word shouted. */
function lookUp(text: string): string | undefined {
  const exact = entries.get(text);
  if (exact !== undefined) return exact;
  if (/^[A-Z]{1,3}$/.test(text)) return undefined;
  const word = text.toLowerCase();
  return entries.get(word) ?? (text.length > 1 && /^[A-Za-z]+$/.test(text) ? readCmu(word) : undefined);
}

function spell(letters: string, at: number): Piece[] {
  return [...letters].map((letter, index) => ({
    text: letter,
    at: at + index,
    arpabet: entries.get(letter.toUpperCase())!,
  }));
}

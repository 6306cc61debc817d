import { readTable } from '../data.ts';

/** A word's cost on the best path, lower is likelier, and its part of speech. */
export interface Entry {
  readonly cost: number;
  readonly pos: string;
}

const entries = new Map<string, Entry>();
let total = 0;
const rows = readTable('words.tsv');
for (const [, count] of rows) total += Number(count);
const logTotal = Math.log(total);
for (const [word, count, pos] of rows) entries.set(word!, { cost: logTotal - Math.log(Number(count)), pos: pos! });

/** No word is longer, in UTF-16 units. */
export const longestWord = Math.max(...[...entries.keys()].map((word) => word.length));

/** The prefixes of words, so that a search stops early. */
const prefixes = new Set<string>();
for (const word of entries.keys()) {
  for (let length = 2; length < word.length; length += 1) prefixes.add(word.slice(0, length));
}

export const unknown: Entry = { cost: logTotal, pos: 'x' };

export function lookUp(word: string): Entry | undefined {
  return entries.get(word);
}

/** Whether a longer word may begin with this. */
export function isPrefix(text: string): boolean {
  return text.length < 2 || prefixes.has(text);
}

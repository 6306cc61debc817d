import { readText } from '../data.ts';

/** What the word list says of a word. */
export interface Entry {
  /** Cost on the best path, lower is likelier: minus the logarithm of its share of all words. */
  readonly cost: number;
  /** Part of speech. */
  readonly pos: string;
}

/** Word → its row, or -1 for what only begins words. */
const rows = new Map<string, number>();
const counts: number[] = [];
const poses: string[] = [];

for (const name of ['words.tsv', 'words-own.tsv']) readRows(readText(name));
const total = Math.log(counts.reduce((sum, count) => sum + count, 0));
const costs = Float32Array.from(counts, (count) => total - Math.log(count));

/** By position, not by splitting: a hundred thousand lines are to be read in milliseconds. */
function readRows(text: string): void {
  const known = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const word = text.indexOf('\t', at);
    const count = text.indexOf('\t', word + 1);
    const end = text.indexOf('\n', count + 1);
    addWord(text.slice(at, word));
    counts.push(Number(text.slice(word + 1, count)));
    const pos = text.slice(count + 1, end);
    if (!known.has(pos)) known.set(pos, pos);
    poses.push(known.get(pos)!);
    at = end + 1;
  }
}

function addWord(word: string): void {
  rows.set(word, counts.length);
  for (let length = word.length - 1; length > 1; length -= 1) {
    const prefix = word.slice(0, length);
    if (rows.has(prefix)) return;
    rows.set(prefix, -1);
  }
}

export const unknown: Entry = { cost: total, pos: 'x' };

/** A word's entry; null for the beginning of a word, undefined for neither. */
export function lookUp(text: string): Entry | null | undefined {
  const row = rows.get(text);
  if (row === undefined) return undefined;
  return row < 0 ? null : { cost: costs[row]!, pos: poses[row]! };
}

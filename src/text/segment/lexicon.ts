import { readText } from '../data.ts';
import { WordTrie } from './trie.ts';

/** The words of the list, each with its row in `costs` and `poses`. */
export const words = new WordTrie();

/** Parts of speech by number; `x` is none. */
const names: string[] = ['x'];

const table = readRows(['words.tsv', 'words-own.tsv']);

/** Cost of a row on the best path, lower is likelier: minus the logarithm of its share of all words. */
export const costs: Float32Array = table.costs;
/** What no row has costs. */
export const unknownCost: number = table.unknownCost;

/** The part of speech of a row, as the list has it (n, v, m, q, d, ...); `x` for -1. */
export function posOf(row: number): string {
  return row < 0 ? 'x' : names[table.poses[row]!]!;
}

/** The whole number between two places of a text. */
function numberAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

/** By position, not by splitting: a hundred thousand lines are to be read in milliseconds. */
function readRows(files: readonly string[]) {
  const counts: number[] = [];
  const poses: number[] = [];
  const numbers = new Map(names.map((name, index) => [name, index]));
  let total = 0;
  for (const file of files) {
    const text = readText(file);
    for (let at = 0; at < text.length; ) {
      const word = text.indexOf('\t', at);
      const count = text.indexOf('\t', word + 1);
      const end = text.indexOf('\n', count + 1);
      const pos = text.slice(count + 1, end);
      let number = numbers.get(pos);
      if (number === undefined) {
        number = names.push(pos) - 1;
        numbers.set(pos, number);
      }
      words.add(text, at, word, counts.length);
      const often = numberAt(text, word + 1, count);
      total += often;
      counts.push(often);
      poses.push(number);
      at = end + 1;
    }
  }
  const all = Math.log(total);
  return {
    costs: Float32Array.from(counts, (count) => all - Math.log(count)),
    poses: Uint8Array.from(poses),
    unknownCost: all,
  };
}

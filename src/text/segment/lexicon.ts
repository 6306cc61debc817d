import { readSorted, readTable } from '../data.ts';
import { Numbering } from '../numbering.ts';
import { firstLineOf, sortLines } from '../sorted-lines.ts';
import { WordTrie } from './trie.ts';

const { about, lines: list } = readSorted('words.tsv');
/** The number of its words, and how often they are met together. */
const [listed, met] = (about.match(/\d+/g) ?? []).map(Number) as [number, number];

const ownRows = readTable('words-own.tsv');
const own = sortLines(ownRows.map((fields) => fields.join('\t')));

/** Cost of what is no word of the lists. */
export const unknownCost: number = Math.log(ownRows.reduce((sum, [, count]) => sum + Number(count), met));

/** Cost of a row on the best path, lower is likelier: minus the logarithm of its share of all words. */
export const costs: Float32Array = new Float32Array(listed + ownRows.length);
const poses = new Uint8Array(costs.length);
let rows = 0;

/** Parts of speech; `x` is none. */
const partsOfSpeech = new Numbering('x');

/** The words of the list, each with its row in `costs`. Ours replace those of the list. */
export const words: WordTrie = new WordTrie((code) => {
  for (const text of [list, own]) {
    for (let at = firstLineOf(text, code); text.charCodeAt(at) === code; ) at = addLine(text, at);
  }
});

/** The part of speech of a row, as the list has it (n, v, m, q, d, ...); `x` for -1. */
export function posOf(row: number): string {
  return partsOfSpeech.nameOf(row < 0 ? 0 : poses[row]!);
}

/** Adds the word of the line at `at`; where the next line begins. */
function addLine(text: string, at: number): number {
  const word = text.indexOf('\t', at);
  const count = text.indexOf('\t', word + 1);
  const end = text.indexOf('\n', count + 1);
  words.add(text, at, word, rows);
  costs[rows] = unknownCost - Math.log(Number(text.slice(word + 1, count)));
  poses[rows] = partsOfSpeech.numberOf(text.slice(count + 1, end));
  rows += 1;
  return end + 1;
}

import { costs, unknownCost, words } from './lexicon.ts';

/** The best path through a run of characters: where each word ends and its row in the word list, -1 for none. */
export interface Path {
  readonly count: number;
  /** Ends of the words, in order. */
  readonly ends: readonly number[];
  readonly rows: readonly number[];
}

let best = new Float64Array(256);
let lengths = new Int32Array(256);
let chosen = new Int32Array(256);

/**
 * The cheapest way to read `codes[from … to)` as words (unigram costs, dynamic programming from the end) of at most
 * `longest` characters. Characters outside of the basic plane are any code that begins no word.
 */
export function bestPath(codes: ArrayLike<number>, from: number, to: number, longest = Infinity): Path {
  const size = to - from;
  if (size >= best.length) {
    best = new Float64Array(size * 2);
    lengths = new Int32Array(size * 2);
    chosen = new Int32Array(size * 2);
  }
  best[size] = 0;
  for (let at = size - 1; at >= 0; at -= 1) step(codes, from, at, Math.min(size - at, longest));
  const ends: number[] = [];
  const rows: number[] = [];
  for (let at = 0; at < size; ) {
    rows.push(chosen[at]!);
    at += lengths[at]!;
    ends.push(from + at);
  }
  return { count: ends.length, ends, rows };
}

function step(codes: ArrayLike<number>, from: number, at: number, most: number): void {
  let node = words.first(codes[from + at]!);
  let row = node < 0 ? -1 : words.row(node);
  let bestCost = (row < 0 ? unknownCost : costs[row]!) + best[at + 1]!;
  let bestLength = 1;
  let bestRow = row;
  for (let length = 2; node >= 0 && length <= most; length += 1) {
    node = words.child(node, codes[from + at + length - 1]!);
    if (node < 0) break;
    row = words.row(node);
    if (row < 0) continue;
    const cost = costs[row]! + best[at + length]!;
    if (cost < bestCost) {
      bestCost = cost;
      bestLength = length;
      bestRow = row;
    }
  }
  best[at] = bestCost;
  lengths[at] = bestLength;
  chosen[at] = bestRow;
}

import { readBytes, readTable } from '../data.ts';
import { features, featuresOf, type Guess, hashText, mix } from './features.ts';
import type { Run } from './run.ts';

/** The readings between which the model chooses, by character code, with what tells their weights apart. */
const classes = new Map<number, readonly { readonly reading: string; readonly mark: number }[]>();
for (const [char, readings] of readTable('polyphones.tsv')) {
  classes.set(
    char!.charCodeAt(0),
    readings!.split(' ').map((reading) => ({ reading, mark: hashText(reading) })),
  );
}

/** Weights of feature and reading together: an open table of keys (0 is free) and weights in `scale`. */
const slots = 1 << 19;
const keys = new Int32Array(slots);
const weights = new Int8Array(slots);
readWeights(readBytes('polyphones.bin'));

/** How sure a word of the dictionary makes: by its length, in the units of the weights. */
const trust = readTable('polyphones-trust.tsv').map(([, weight]) => Number(weight));

/** The reading that the learned model prefers; the dictionary's guess where it knows nothing of the character. */
export function prefer(run: Run, at: number, guess: Guess): string {
  const choices = classes.get(run.codes[at]!);
  if (choices === undefined) return guess.reading;
  const count = featuresOf(run, at, guess);
  let best = guess.reading;
  const trusted = trust[Math.min(guess.length, trust.length - 1)] ?? 0;
  // The first reading is the one that the others' weights are measured against.
  let bestScore = trusted + (choices[0]!.reading === best ? 0 : scoreOf(hashText(best), count));
  for (let index = 0; index < choices.length; index += 1) {
    const { reading, mark } = choices[index]!;
    if (reading === guess.reading) continue;
    const score = index === 0 ? 0 : scoreOf(mark, count);
    if (score > bestScore) {
      best = reading;
      bestScore = score;
    }
  }
  return best;
}

function scoreOf(mark: number, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += weightOf(mix(features[index]!, mark));
  return sum;
}

function weightOf(key: number): number {
  for (let slot = key & (slots - 1); keys[slot] !== 0; slot = (slot + 1) & (slots - 1)) {
    if (keys[slot] === key) return weights[slot]!;
  }
  return 0;
}

/** The file: keys as 32-bit little-endian integers, then one byte of weight for each. */
function readWeights(file: Buffer): void {
  const count = file.length / 5;
  // Copied, since a view must begin at a multiple of its size; every machine we run on is little-endian.
  const bytes = new Uint8Array(file);
  const all = new Int32Array(bytes.buffer, 0, count);
  const values = new Int8Array(bytes.buffer, count * 4);
  for (let index = 0; index < count; index += 1) {
    const key = all[index]!;
    let slot = key & (slots - 1);
    while (keys[slot] !== 0) slot = (slot + 1) & (slots - 1);
    keys[slot] = key;
    weights[slot] = values[index]!;
  }
}

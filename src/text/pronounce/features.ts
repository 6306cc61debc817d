import type { Word } from '../segment/word.ts';
import type { Run } from './run.ts';

/** What the dictionary says of a character in its sentence. */
export interface Guess {
  readonly reading: string;
  /** How many characters the word has that says it, 1 for the character alone. */
  readonly length: number;
}

/** The features of a character in its sentence, as numbers; filled anew by each call below. */
export const features = new Int32Array(64);

/** Features of the characters around: a template number and the places whose characters it joins. */
const surroundings = [
  [4, -1],
  [5, 1],
  [6, -1, -2],
  [7, 1, 2],
  [8, -1, 1],
  [9, -2],
  [10, 2],
  [11, -1, -2, -3],
  [12, 1, 2, 3],
  [24, -2, -1, 1],
  [25, -1, 1, 2],
  ...[2, 3, 4, 5].flatMap((far) => [
    [40, -far],
    [41, far],
  ]),
].map(([template, ...places]) => ({ template: template!, places }));

/** Features of the character at `at` in its sentence: fills `features` and returns how many there are. */
export function featuresOf(run: Run, at: number, guess: Guess): number {
  const { codes, wordOf, words, starts } = run;
  const self = codes[at]!;
  const number = wordOf[at]!;
  const word = words[number]!;
  const before = neighbour(run, number, -1);
  const after = neighbour(run, number, 1);
  const inWord = at - starts[number]!;
  const own = hashText(word.text);
  const left = before === undefined ? 1 : hashText(before.text);
  const right = after === undefined ? 1 : hashText(after.text);
  const shape = word.tokens.length * 8 + Math.min(inWord, 7);
  const said = hashText(guess.reading);
  let count = addSurroundings(codes, at, true);
  const add = (template: number, a: number, b: number) => {
    features[count++] = mix(mix(mix(self, template), a), b);
  };
  add(1, 0, 0);
  add(2, said, 0);
  add(3, said, guess.length);
  add(13, own, inWord);
  add(14, shape, 0);
  add(15, left, 0);
  add(16, right, 0);
  add(17, posOf(word), shape);
  add(18, posOf(before), 0);
  add(19, posOf(after), 0);
  add(20, posOf(before), posOf(after));
  add(21, mix(posOf(word), posOf(before)), posOf(after));
  add(22, left, own);
  add(23, own, right);
  add(26, posOf(before), codeAt(codes, at + 1));
  add(27, codeAt(codes, at - 1), posOf(after));
  add(28, before?.text.charCodeAt(0) ?? 0, 0);
  add(29, after?.text.charCodeAt(after.text.length - 1) ?? 0, 0);
  add(30, Math.min(before?.tokens.length ?? 0, 4), Math.min(after?.tokens.length ?? 0, 4));
  return count;
}

/** Features of a character in a word that stands for itself: those of characters inside of it. */
export function featuresInWord(codes: ArrayLike<number>, at: number): number {
  return addSurroundings(codes, at, false);
}

function addSurroundings(codes: ArrayLike<number>, at: number, sentence: boolean): number {
  let count = 0;
  for (const { template, places } of surroundings) {
    let hash = mix(codes[at]!, template);
    let inside = true;
    for (const place of places) {
      inside &&= at + place >= 0 && at + place < codes.length;
      hash = mix(hash, codeAt(codes, at + place));
    }
    if (inside || sentence) features[count++] = hash;
  }
  return count;
}

/** The ends of the sentence are character 1. */
function codeAt(codes: ArrayLike<number>, at: number): number {
  return at < 0 || at >= codes.length ? 1 : codes[at]!;
}

/** The word next to a word, undefined over a pause and at the ends. */
function neighbour(run: Run, number: number, step: -1 | 1): Word | undefined {
  const other = run.words[number + step];
  const right = step < 0 ? run.words[number]! : other;
  return right === undefined || right.gap === 3 ? undefined : other;
}

function posOf(word: Word | undefined): number {
  return word === undefined ? 1 : hashText(word.pos);
}

export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** Two numbers as one of 32 bits. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x5bd1e995, 0x9e3779b1) + Math.imul(b, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

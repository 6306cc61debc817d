import type { Word } from '../segment/word.ts';

/** The characters of a sentence one after another, with the word of each: what readings are chosen from. */
export interface Run {
  readonly words: readonly Word[];
  /** UTF-16 codes; 0 for what is no character of the basic plane: a pause, letters, a rare character. */
  readonly codes: readonly number[];
  /** The number of the word of every character; a pause is a word of its own. */
  readonly wordOf: readonly number[];
  /** Where the characters of each word begin. */
  readonly starts: readonly number[];
}

/** Letters and written pauses stand as one character of code 0. */
export function layOut(words: readonly Word[]): Run {
  const codes: number[] = [];
  const wordOf: number[] = [];
  const starts: number[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word.gap === 3) {
      codes.push(0);
      wordOf.push(-1);
    }
    starts.push(codes.length);
    if (word.kind === 'latin') {
      codes.push(0);
      wordOf.push(index);
      continue;
    }
    for (const { text } of word.tokens) {
      codes.push(text.length === 1 ? text.charCodeAt(0) : 0);
      wordOf.push(index);
    }
  }
  return { words, codes, wordOf, starts };
}

import type { Word } from '../segment/word.ts';

/** The characters of a sentence one after another, with the word of each: what readings are chosen from. */
export interface Run {
  readonly words: readonly Word[];
  /** UTF-16 codes; 0 for what is no character of the basic plane: a pause, letters, a rare character. */
  readonly codes: Uint16Array;
  /** The number of the word of every character; a pause is a word of its own. */
  readonly wordOf: Int32Array;
  /** Where the characters of each word begin. */
  readonly starts: Int32Array;
}

/** Letters and written pauses stand as one character of code 0. */
export function layOut(words: readonly Word[]): Run {
  let count = 0;
  for (const word of words) count += (word.gap === 3 ? 1 : 0) + (word.kind === 'latin' ? 1 : word.tokens.length);
  const run = {
    words,
    codes: new Uint16Array(count),
    wordOf: new Int32Array(count).fill(-1),
    starts: new Int32Array(words.length),
  };
  let at = 0;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word.gap === 3) at += 1;
    run.starts[index] = at;
    if (word.kind === 'latin') run.wordOf[at++] = index;
    else {
      for (const { text } of word.tokens) {
        run.codes[at] = text.length === 1 ? text.charCodeAt(0) : 0;
        run.wordOf[at++] = index;
      }
    }
  }
  return run;
}

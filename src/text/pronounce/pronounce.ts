import type { Given } from '../edit.ts';
import type { Word } from '../segment/word.ts';
import type { TextWarning } from '../sentence.ts';
import { choose } from './choose.ts';
import { readEnglish } from './english.ts';
import { mergeErhua } from './erhua.ts';
import type { Choice } from './guess.ts';
import { neutralTone } from './neutral.ts';
import type { Spoken } from './reading.ts';
import { layOut } from './run.ts';

/** A word with its syllables. */
export interface SpokenWord {
  readonly word: Word;
  readonly syllables: readonly Spoken[];
}

export interface Pronounced {
  readonly words: readonly SpokenWord[];
  /** Characters without a reading. */
  readonly warnings: readonly TextWarning[];
}

/** Words to syllables: dictionary readings in the context of the sentence, then our entries, neutral tones and 儿. */
export function pronounce(
  words: readonly Word[],
  isSyllable: (name: string) => boolean,
  given: ReadonlyMap<number, Given> = nothing,
): Pronounced {
  const warnings: TextWarning[] = [];
  const context = readInContext(words, given);
  const spoken: SpokenWord[] = [];
  for (const [index, word] of words.entries()) {
    const syllables =
      word.kind === 'latin' ? readEnglish(word) : readWord(word, context[index]!, words[index - 1], warnings);
    const previous = spoken.at(-1);
    if (previous !== undefined && mergesOnto(word, previous, syllables, isSyllable)) {
      spoken[spoken.length - 1] = joined(
        previous,
        word,
        mergeErhua([...previous.syllables, ...syllables], previous.word.text + word.text, isSyllable),
      );
    } else if (syllables.length > 0) {
      spoken.push({ word, syllables: mergeErhua(syllables, word.text, isSyllable) });
    }
  }
  return { words: spoken, warnings };
}

/** What the characters of a word are read in their sentence. */
interface Context {
  readonly readings: readonly (Choice | undefined)[];
  /** Whether an entry of our own has decided. */
  readonly decided: boolean;
}

const nothing: ReadonlyMap<number, Given> = new Map();

/** What the user has given wins over everything. */
function readInContext(words: readonly Word[], given: ReadonlyMap<number, Given>): Context[] {
  const run = layOut(words);
  const choices = choose(run);
  return words.map((word, index) => {
    const start = run.starts[index]!;
    const readings = word.tokens.map((token, at) => {
      const user = given.size > 0 && word.kind === 'han' ? given.get(token.start) : undefined;
      return user === undefined ? choices[start + at] : { ...user, length: 0, own: true };
    });
    return { readings, decided: readings.some((choice) => choice?.own === true) };
  });
}

function readWord(word: Word, context: Context, previous: Word | undefined, warnings: TextWarning[]): Spoken[] {
  const syllables: Spoken[] = [];
  for (const [index, token] of word.tokens.entries()) {
    const choice = context.readings[index];
    if (choice === undefined) {
      warnings.push({ code: 'character_unknown', text: token.text, start: token.start, end: token.end });
      continue;
    }
    const { reading, by } = choice;
    syllables.push({ text: token.text, start: token.start, end: token.end, reading, pinyin: reading, by });
  }
  if (!context.decided) neutralTone(word, syllables, previous);
  return syllables;
}

/** A lone 儿 belongs to the word before it. */
function mergesOnto(
  word: Word,
  previous: SpokenWord,
  syllables: readonly Spoken[],
  isSyllable: (name: string) => boolean,
): boolean {
  if (word.text !== '儿' || word.gap > 0 || previous.word.kind !== 'han') return false;
  const all = [...previous.syllables, ...syllables];
  return mergeErhua(all, previous.word.text + word.text, isSyllable).length < all.length;
}

function joined(previous: SpokenWord, next: Word, syllables: readonly Spoken[]): SpokenWord {
  const word = {
    ...previous.word,
    text: previous.word.text + next.text,
    tokens: [...previous.word.tokens, ...next.tokens],
  };
  return { word, syllables };
}

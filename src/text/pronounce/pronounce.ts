import type { Word } from '../segment/word.ts';
import type { TextWarning } from '../sentence.ts';
import { readHan } from './dictionary.ts';
import { readEnglish } from './english.ts';
import { readings } from './entries.ts';
import { mergeErhua } from './erhua.ts';
import { neutralTone } from './neutral.ts';
import type { Spoken } from './reading.ts';

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
export function pronounce(words: readonly Word[], isSyllable: (name: string) => boolean): Pronounced {
  const warnings: TextWarning[] = [];
  const context = readInContext(words);
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

/** Dictionary readings of every word's characters; the dictionary sees the sentence, with a mark where Han stops. */
function readInContext(words: readonly Word[]): (string | undefined)[][] {
  const characters: string[] = [];
  const starts: number[] = [];
  for (const word of words) {
    if (word.gap === 3) characters.push('，');
    starts.push(characters.length);
    if (word.kind === 'latin') characters.push('，');
    else for (const token of word.tokens) characters.push(token.text);
  }
  const all = readHan(characters);
  return words.map((word, index) => all.slice(starts[index]!, starts[index]! + word.tokens.length));
}

function readWord(
  word: Word,
  context: readonly (string | undefined)[],
  previous: Word | undefined,
  warnings: TextWarning[],
): Spoken[] {
  const own = readings.get(word.text);
  const syllables: Spoken[] = [];
  for (const [index, token] of word.tokens.entries()) {
    const reading = own?.[index] ?? (token.text === '幺' ? 'yao1' : context[index]);
    if (reading === undefined) {
      warnings.push({ code: 'character_unknown', text: token.text, start: token.start, end: token.end });
      continue;
    }
    syllables.push({ text: token.text, start: token.start, end: token.end, reading, pinyin: reading });
  }
  if (own === undefined) neutralTone(word, syllables, previous);
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

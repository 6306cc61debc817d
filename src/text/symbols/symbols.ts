import type { ProsodicWord, SymbolToken } from '../sentence.ts';
import type { PhoneTable } from './phones.ts';

const nothing: readonly string[] = [];

/**
 * Prosodic words as the acoustic model's input: phones with their places in syllable and word, a pause after each word.
 */
export function toSymbols(words: readonly ProsodicWord[], table: PhoneTable): SymbolToken[] {
  const symbols: SymbolToken[] = [];
  for (const word of words) {
    const first = symbols.length;
    addPhones(word, table, symbols);
    for (let index = first; index < symbols.length; index += 1) {
      (symbols[index] as { wordSegment: string }).wordSegment =
        wordSegments[place(index - first, symbols.length - first)];
    }
    symbols.push({
      start: word.end,
      end: word.end,
      sy: pauses[word.breakAfter],
      tone: 'tone_none',
      syllableFlag: 's_none',
      wordSegment: 'word_none',
    });
  }
  return symbols;
}

function addPhones(word: ProsodicWord, table: PhoneTable, symbols: SymbolToken[]): void {
  for (const { start, end, phones: spelled, pinyin } of word.syllables) {
    const phones = spelled ?? table.phonesOf(pinyin.slice(0, -1)) ?? nothing;
    const tone = tones[pinyin.charCodeAt(pinyin.length - 1) - 48]!;
    for (let index = 0; index < phones.length; index += 1) {
      const syllableFlag = syllableFlags[place(index, phones.length)];
      symbols.push({ start, end, sy: phones[index]!, tone, syllableFlag, wordSegment: 'word_none' });
    }
  }
}

// Names are made once: a sentence has hundreds of them.
const pauses = ['#0', '#1', '#2', '#3', '#4'] as const;
const tones: readonly string[] = Array.from({ length: 10 }, (_, tone) => `tone${tone}`);
const syllableFlags = { both: 's_both', begin: 's_begin', middle: 's_middle', end: 's_end' } as const;
const wordSegments = { both: 'word_both', begin: 'word_begin', middle: 'word_middle', end: 'word_end' } as const;

function place(index: number, count: number): 'both' | 'begin' | 'middle' | 'end' {
  if (count === 1) return 'both';
  if (index === 0) return 'begin';
  return index === count - 1 ? 'end' : 'middle';
}

import type { ProsodicWord, Span, Syllable, SymbolToken } from '../sentence.ts';
import type { PhoneTable } from './phones.ts';

interface Phone extends Span {
  readonly sy: string;
  readonly tone: string;
  readonly syllableFlag: string;
}

/** Prosodic words as the acoustic model's input: phones with their places in syllable and word, a pause after each word. */
export function toSymbols(words: readonly ProsodicWord[], table: PhoneTable): SymbolToken[] {
  const symbols: SymbolToken[] = [];
  for (const word of words) {
    const phones = word.syllables.flatMap((syllable) => phonesOf(syllable, table));
    for (const [index, phone] of phones.entries()) {
      symbols.push({ ...phone, wordSegment: `word_${place(index, phones.length)}` });
    }
    symbols.push({
      start: word.end,
      end: word.end,
      sy: `#${word.breakAfter}`,
      tone: 'tone_none',
      syllableFlag: 's_none',
      wordSegment: 'word_none',
    });
  }
  return symbols;
}

function phonesOf(syllable: Syllable, table: PhoneTable): Phone[] {
  const phones = syllable.phones ?? table.phonesOf(syllable.pinyin.slice(0, -1)) ?? [];
  return phones.map((sy, index) => ({
    start: syllable.start,
    end: syllable.end,
    sy,
    tone: `tone${syllable.pinyin.slice(-1)}`,
    syllableFlag: `s_${place(index, phones.length)}`,
  }));
}

function place(index: number, count: number): 'both' | 'begin' | 'middle' | 'end' {
  if (count === 1) return 'both';
  if (index === 0) return 'begin';
  return index === count - 1 ? 'end' : 'middle';
}

import type { SpokenWord } from '../pronounce/pronounce.ts';
import { posOf, words } from '../segment/lexicon.ts';

/**
 * Names of places and institutions of four characters are said in two halves that are words themselves: 北京 大学, 首都 机场.
 * 人工智能 and idioms stay whole. Empty where the word stays.
 */
export function halvesOf({ word, syllables }: SpokenWord): readonly SpokenWord[] {
  const { tokens, text } = word;
  if (!/^n[ts]$/.test(word.pos) || tokens.length !== 4 || syllables.length !== 4 || text.length !== 4) return [];
  const rows = [words.find(text.slice(0, 2)), words.find(text.slice(2))];
  if (rows.includes(-1)) return [];
  return [0, 2].map((from, half) => ({
    word: {
      ...word,
      tokens: tokens.slice(from, from + 2),
      text: text.slice(from, from + 2),
      pos: posOf(rows[half]!),
      gap: half === 0 ? word.gap : 0,
    },
    syllables: syllables.slice(from, from + 2),
  }));
}

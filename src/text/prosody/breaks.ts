import type { BreakLevel, ProsodicWord, Syllable } from '../sentence.ts';
import { type Group, gapBefore } from './group.ts';

/** Groups as prosodic words with the break that follows each: 1, 3 where a pause is written, 4 at the end. */
export function placeBreaks(groups: readonly Group[]): ProsodicWord[] {
  const words: ProsodicWord[] = [];
  for (let index = 0; index < groups.length; index += 1) {
    const next = groups[index + 1];
    words.push(prosodicWord(groups[index]!, next === undefined ? 4 : gapBefore(next) === 3 ? 3 : 1));
  }
  return words;
}

function prosodicWord(group: Group, breakAfter: BreakLevel): ProsodicWord {
  let text = '';
  let start = Infinity;
  let end = 0;
  const syllables: Syllable[] = [];
  for (const spoken of group) {
    text += spoken.word.text;
    for (const syllable of spoken.syllables) {
      if (syllable.start < start) start = syllable.start;
      if (syllable.end > end) end = syllable.end;
      syllables.push(syllable);
    }
  }
  return { start, end, text, syllables, breakAfter };
}

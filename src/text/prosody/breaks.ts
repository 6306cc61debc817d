import type { BreakLevel, ProsodicWord, Span, Syllable } from '../sentence.ts';
import { type Group, gapBefore } from './group.ts';

/** Groups as prosodic words with the break that follows each: 1, 3 where a pause is written, 4 at the end. */
export function placeBreaks(groups: readonly Group[]): ProsodicWord[] {
  return groups.map((group, index) => {
    const next = groups[index + 1];
    const breakAfter: BreakLevel = next === undefined ? 4 : gapBefore(next) === 3 ? 3 : 1;
    const syllables: Syllable[] = group.flatMap((word) => word.syllables);
    return { ...hull(syllables), text: group.map(({ word }) => word.text).join(''), syllables, breakAfter };
  });
}

function hull(spans: readonly Span[]): Span {
  return {
    start: Math.min(...spans.map((span) => span.start)),
    end: Math.max(...spans.map((span) => span.end)),
  };
}

import type { SpokenWord } from '../pronounce/pronounce.ts';
import { attaches } from './clitics.ts';
import { halvesOf } from './compound.ts';

/** Lexical words that are said as one prosodic word. */
export type Group = readonly SpokenWord[];

/** Lexical words with their clitics. Nothing is joined over a pause or between scripts. */
export function groupWords(spoken: readonly SpokenWord[]): Group[] {
  const words = spoken.flatMap((word) => {
    const halves = halvesOf(word);
    return halves.length > 0 ? halves : word;
  });
  const groups: SpokenWord[][] = [];
  for (const [index, word] of words.entries()) {
    const current = groups.at(-1);
    const next = words[index + 1];
    if (current !== undefined && word.word.gap === 0 && attaches(current, word, next)) current.push(word);
    else groups.push([word]);
  }
  return groups;
}

/** The pause before a group, as written. */
export function gapBefore(group: Group): 0 | 1 | 3 {
  return group[0]!.word.gap;
}

export function lengthOf(group: Group): number {
  return group.reduce((sum, { syllables }) => sum + syllables.length, 0);
}

import { readWords } from '../data.ts';

/** Words whose last syllable is neutral, and those where it never is. */
export const neutral: ReadonlySet<string> = new Set(readWords('neutral.txt'));
export const notNeutral: ReadonlySet<string> = new Set(readWords('not-neutral.txt'));

/** Words that end in 儿 and merge it, and those where it is a syllable of its own. */
export const erhua: ReadonlySet<string> = new Set(readWords('erhua.txt'));
export const notErhua: ReadonlySet<string> = new Set(readWords('not-erhua.txt'));

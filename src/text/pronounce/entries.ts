import { readTable, readWords } from '../data.ts';

/** Words with readings of our own: they win over the dictionary. */
export const readings: ReadonlyMap<string, readonly string[]> = new Map(
  readTable('readings.tsv').map(([word, pinyin]) => [word!, pinyin!.split(' ')]),
);

const longest = Math.max(...[...readings.keys()].map((word) => word.length));

/** The readings that entries of two characters and more give in a run of characters, longest first; by position. */
export function findReadings(characters: readonly string[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (let at = 0; at < characters.length; at += 1) {
    for (let length = Math.min(longest, characters.length - at); length > 1; length -= 1) {
      const entry = readings.get(characters.slice(at, at + length).join(''));
      if (entry === undefined) continue;
      for (const [index, reading] of entry.entries()) found.set(at + index, reading);
      at += length - 1;
      break;
    }
  }
  return found;
}

/** Words whose last syllable is neutral, and those where it never is. */
export const neutral: ReadonlySet<string> = new Set(readWords('neutral.txt'));
export const notNeutral: ReadonlySet<string> = new Set(readWords('not-neutral.txt'));

/** Words that end in 儿 and merge it, and those where it is a syllable of its own. */
export const erhua: ReadonlySet<string> = new Set(readWords('erhua.txt'));
export const notErhua: ReadonlySet<string> = new Set(readWords('not-erhua.txt'));

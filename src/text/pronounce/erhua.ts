import { erhua, notErhua } from './entries.ts';
import type { Spoken } from './reading.ts';

/**
 * 花儿 as one syllable, huar1, where the inventory has it: 儿 at the end of a word, unless it means a child (孤儿, 女儿) or
 * the table of exceptions says otherwise.
 */
export function mergeErhua(
  syllables: readonly Spoken[],
  word: string,
  isSyllable: (name: string) => boolean,
): readonly Spoken[] {
  const last = syllables.at(-1);
  const base = syllables.at(-2);
  if (last?.text !== '儿' || base === undefined || !merges(word)) return syllables;
  const name = `${base.reading.slice(0, -1)}r`;
  if (!isSyllable(name)) return syllables;
  const reading = `${name}${base.reading.slice(-1)}`;
  const merged = {
    text: `${base.text}儿`,
    start: base.start,
    end: Math.max(base.end, last.end),
    reading,
    pinyin: reading,
    by: 'erhua',
  };
  return [...syllables.slice(0, -2), merged];
}

function merges(word: string): boolean {
  for (let from = 0; from < word.length - 1; from += 1) {
    const tail = word.slice(from);
    if (erhua.has(tail)) return true;
    if (notErhua.has(tail)) return false;
  }
  return true;
}

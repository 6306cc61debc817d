import type { Analyser } from '../../src/text/analyse.ts';
import { readLines, syllablesOf } from './files.ts';

/** Right of all. */
export interface Score {
  readonly right: number;
  readonly all: number;
}

/** Sandhi cases of a file: words, citation, surface. */
export function sandhi(analyser: Analyser, file: string): Score {
  const rows = readLines(`public/${file}`).map((row) => row.split('\t'));
  return score(rows, ([words, , surface]) => {
    const said = syllablesOf(analyser, words!.replace('/', '')).map(({ pinyin }) => pinyin);
    return said.join(' ') === surface;
  });
}

/** Words of a list whose last syllable is neutral, or is not. */
export function neutral(analyser: Analyser, file: string, wanted: boolean): Score {
  return score(
    readLines(`public/${file}`),
    (word) => syllablesOf(analyser, word).at(-1)!.pinyin.endsWith('5') === wanted,
  );
}

/** Words of a list whose 儿 is merged, or is not. */
export function erhua(analyser: Analyser, file: string, wanted: boolean): Score {
  return score(readLines(`public/${file}`), (word) => (syllablesOf(analyser, word).at(-1)!.text !== '儿') === wanted);
}

function score<T>(rows: readonly T[], isRight: (row: T) => boolean): Score {
  return { right: rows.filter(isRight).length, all: rows.length };
}

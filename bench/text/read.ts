import type { Analyser } from '../../src/text/analyse.ts';
import { readLines, syllablesOf } from './files.ts';
import { boundaryScore } from './prosody.ts';
import type { Score } from './tones.ts';

/** F1 of the prosodic words of our own read sentences that the rules were not written by. */
export function readBoundaries(analyser: Analyser, set: 'dev' | 'held'): number {
  return boundaryScore(
    analyser,
    rowsOf(set).map(([annotated]) => [annotated!.replace(/#\d/g, ''), annotated!]),
    1,
  );
}

/** Their surface syllables, both sets. */
export function readSyllables(analyser: Analyser): Score {
  let right = 0;
  let all = 0;
  for (const [annotated, pinyin] of [...rowsOf('dev'), ...rowsOf('held')]) {
    const said = syllablesOf(analyser, annotated!.replace(/#\d/g, ''));
    const wanted = pinyin!.split(' ');
    all += wanted.length;
    right += wanted.filter((each, index) => each === said[index]?.pinyin).length;
  }
  return { right, all };
}

function rowsOf(set: 'dev' | 'held'): string[][] {
  return readLines(`read/${set}.tsv`).map((row) => row.split('\t'));
}

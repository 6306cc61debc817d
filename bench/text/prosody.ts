import type { Analyser } from '../../src/text/analyse.ts';
import { readLines } from './files.ts';

/** F1 of the boundaries inside the lines of the original front end: all of them, and pauses alone. */
export function boundaries(analyser: Analyser, least: 1 | 3): number {
  const rows = readLines('public/ttsfrd_samples.tsv').map((row) => row.split('\t'));
  const own = rows.filter(([, kind]) => kind === 'ttsfrd-output');
  return boundaryScore(
    analyser,
    own.map(([, , , text, annotated]) => [text!, annotated!]),
    least,
  );
}

/** F1 of the boundaries inside of texts, of at least a level, against their annotation. */
export function boundaryScore(analyser: Analyser, rows: readonly (readonly [string, string])[], least: 1 | 3): number {
  let [right, said, wanted] = [0, 0, 0];
  for (const [text, annotated] of rows) {
    const words = [...analyser.sentences(text)].flatMap(({ sentence }) => sentence.words);
    const ours = placesOf(words.map((word) => `${word.text}#${word.breakAfter}`).join(''), least);
    const theirs = placesOf(annotated, least);
    said += ours.size;
    wanted += theirs.size;
    right += [...ours].filter((place) => theirs.has(place)).length;
  }
  return (2 * right) / (said + wanted);
}

/** How many characters stand before each break of a level; the end of the sentence does not count. */
function placesOf(annotated: string, least: number): Set<number> {
  const places = new Set<number>();
  let at = 0;
  for (const [, text, level] of annotated.matchAll(/([^#]+)#(\d)/g)) {
    at += text!.replace(/[\p{P}\s]/gu, '').length;
    if (Number(level) >= least && Number(level) < 4) places.add(at);
  }
  return places;
}

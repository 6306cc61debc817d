import type { Analyser } from '../../src/text/analyse.ts';
import { formatSymbolLine } from '../../src/text/symbols/line.ts';
import { readLines, syllablesOf } from './files.ts';
import type { Score } from './tones.ts';

const rows = readLines('public/ttsfrd_samples.tsv')
  .map((row) => row.split('\t'))
  .filter(([, kind]) => kind === 'ttsfrd-output');

/** Lines of the original front end that are equal whole. */
export function lines(analyser: Analyser): Score {
  const right = rows.filter(([, , , text, , , symbols]) => {
    const tokens = [...analyser.sentences(text!)].flatMap(({ sentence }) => sentence.symbols);
    return formatSymbolLine(tokens, 'emotion_neutral', 'F7') === symbols;
  });
  return { right: right.length, all: rows.length };
}

/** Their syllables. */
export function syllables(analyser: Analyser): Score {
  let right = 0;
  let all = 0;
  for (const [, , , text, , pinyin] of rows) {
    const wanted = pinyin!.split(' ');
    const said = syllablesOf(analyser, text!).map((syllable) => syllable.pinyin.replace(/^([jqxy])u/, '$1v'));
    all += wanted.length;
    right += wanted.filter((each, index) => each.replace(/^([jqxy])u/, '$1v') === said[index]).length;
  }
  return { right, all };
}

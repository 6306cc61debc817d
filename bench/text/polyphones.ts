import type { Analyser } from '../../src/text/analyse.ts';
import { readLines } from './files.ts';

/**
 * Share of the marked characters of the CPP dev set that are read as labelled. The shipped model has learned from it.
 */
export function polyphones(analyser: Analyser): number {
  const labels = readLines('cpp/dev.lb');
  const lines = readLines('cpp/dev.sent');
  let right = 0;
  for (const [index, line] of lines.entries()) {
    const place = line.indexOf('▁');
    if (readingAt(analyser, line.replaceAll('▁', ''), place) === labels[index]!.replace('u:', 'v')) right += 1;
  }
  return right / lines.length;
}

function readingAt(analyser: Analyser, text: string, place: number): string | undefined {
  for (const { sentence } of analyser.sentences(text)) {
    for (const { syllables } of sentence.words) {
      const found = syllables.find(({ start, end }) => start <= place && place < end);
      if (found !== undefined) return found.reading;
    }
  }
  return undefined;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/paths.ts';
import type { Analyser } from '../../src/text/analyse.ts';
import type { Syllable } from '../../src/text/sentence.ts';

/** The lines of a file of `test/text`. */
export function readLines(name: string): string[] {
  return readFileSync(join(packageRoot, 'test', 'text', name), 'utf8')
    .trimEnd()
    .split('\n');
}

export function syllablesOf(analyser: Analyser, text: string): Syllable[] {
  return [...analyser.sentences(text)].flatMap(({ sentence }) => sentence.words.flatMap(({ syllables }) => syllables));
}

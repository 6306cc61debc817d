import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnalyser } from '../../src/text/analyse.ts';

const analyser = createAnalyser('PinYin');

function phones(text: string): string {
  const words = [...analyser.sentences(text)].flatMap(({ sentence }) => sentence.words);
  return words.flatMap(({ syllables }) => syllables.map(({ reading }) => reading)).join(' | ');
}

const cases: readonly [text: string, phones: string][] = [
  ['machine', 'm ah0 | sh iy n1'],
  ['iPhone', 'ay1 | f ow n2'],
  ['NBA', 'eh n1 | b iy1 | ey1'],
  ['Langdu', 'l ae ng1 | d uw0'],
  ['xkd', 'eh k s1 | k ey1 | d iy1'],
];

for (const [text, said] of cases) test(`${text}: ${said}`, () => assert.equal(phones(text), said));

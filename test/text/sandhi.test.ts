import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import type { Syllable } from '../../src/text/sentence.ts';

const analyser = createAnalyser('PinYin');

function syllables(text: string): Syllable[] {
  return [...analyser.sentences(text)].flatMap(({ sentence }) => sentence.words.flatMap((word) => word.syllables));
}

function surface(text: string): string {
  return syllables(text)
    .map((syllable) => syllable.pinyin)
    .join(' ');
}

function read(file: string): string {
  return readFileSync(join(packageRoot, 'test', 'text', 'public', file), 'utf8').trim();
}

for (const file of ['pypinyin_sandhi_cases.tsv', 'wetts_sandhi_cases.tsv']) {
  test(`tones change as in ${file}`, () => {
    const rows = read(file)
      .split('\n')
      .map((row) => row.split('\t') as [string, string, string]);
    const got = rows.map(([words]) => [words, surface(words.replace('/', ''))]);
    assert.deepEqual(
      got,
      rows.map(([words, , tones]) => [words, tones]),
    );
  });
}

test('the dictionary reading is kept beside the surface', () => {
  assert.deepEqual(
    syllables('不对，你好').map(({ reading, pinyin }) => `${reading}>${pinyin}`),
    ['bu4>bu2', 'dui4>dui4', 'ni3>ni2', 'hao3>hao3'],
  );
});

const more: readonly [text: string, tones: string][] = [
  ['第一个', 'di4 yi1 ge4'],
  ['一百一十一', 'yi4 bai3 yi1 shi2 yi1'],
  ['1998年1月1日', 'yi1 jiu2 jiu3 ba1 nian2 yi1 yue4 yi1 ri4'],
  ['看一看', 'kan4 yi5 kan4'],
  ['好不好', 'hao3 bu5 hao3'],
  ['星期一', 'xing1 qi1 yi1'],
  ['统一的', 'tong3 yi1 de5'],
  ['一，不', 'yi1 bu4'],
  ['老虎与宠物', 'lao2 hu3 yu2 chong3 wu4'],
  ['我想你', 'wo3 xiang2 ni3'],
  ['绿色的女人', 'lv4 se4 de5 nv3 ren2'],
];

for (const [text, tones] of more) test(`${text}: ${tones}`, () => assert.equal(surface(text), tones));

test('words of the neutral list end neutral, those of the other list do not', () => {
  const words = read('paddle_must_neural_tone_words.txt').split('\n');
  const neutral = words.filter((word) => syllables(word).at(-1)?.pinyin.endsWith('5'));
  assert.ok(neutral.length >= 400, `${neutral.length} of ${words.length}`);
  const full = read('paddle_must_not_neural_tone_words.txt').split('\n');
  assert.deepEqual(
    full.filter((word) => syllables(word).at(-1)?.pinyin.endsWith('5')),
    [],
  );
});

test('儿 merges into its syllable, but not where it means a child', () => {
  assert.equal(surface('小院儿'), 'xiao3 yuanr4');
  assert.equal(surface('一会儿'), 'yi2 huir4');
  assert.equal(surface('女儿和儿子'), 'nv3 er2 he2 er2 zi5');
  const merged = read('paddle_must_erhua.txt')
    .split('\n')
    .filter((word) => /r\d$/.test(syllables(word).at(-1)!.pinyin));
  assert.equal(merged.length, 8);
  const kept = read('paddle_not_erhua.txt')
    .split('\n')
    .filter((word) => syllables(word).at(-1)!.text === '儿');
  assert.equal(kept.length, 44);
});

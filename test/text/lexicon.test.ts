import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { createAnalyser, type TextOptions } from '../../src/text/analyse.ts';
import { parseLexicon } from '../../src/text/lexicon.ts';

const analyser = createAnalyser('PinYin', 'PinYin', { lexicon: parseLexicon('阿里\ta1 li3\nC位\t=西位\n') });

function read(text: string, options?: TextOptions) {
  const all = [...analyser.sentences(text, options)];
  const syllables = all.flatMap(({ sentence }) => sentence.words.flatMap((word) => word.syllables));
  return {
    readings: syllables.map(({ reading }) => reading).join(' '),
    spans: syllables.map(({ start, end }) => `${start}-${end}`).join(' '),
    by: syllables.map(({ by }) => by),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

test('words of the lexicon are read as it says, in their places', () => {
  const { readings, spans, by } = read('站C位的阿里');
  assert.equal(readings, 'zhan4 xi1 wei4 de5 a1 li3');
  assert.equal(spans, '0-1 1-3 1-3 3-4 4-5 5-6');
  assert.deepEqual(by.slice(-2), ['lexicon:阿里', 'lexicon:阿里']);
});

test('the lexicon of a call comes first', () => {
  assert.equal(read('阿里', { lexicon: parseLexicon('阿里 e1 li3') }).readings, 'e1 li3');
});

test('letters are not found inside of longer words', () => {
  assert.notEqual(read('APP', { lexicon: parseLexicon('AP =甲') }).readings.slice(0, 4), 'jia3');
});

test('a reading in braces wins, and the braces are silent', () => {
  const { readings, spans, by } = read('行{hang2}长{zhǎng}重{chong2}');
  assert.match(readings, /^hang2 /);
  assert.equal(read('一行{xing2}人长{zhang3}大').readings, 'yi1 xing2 ren2 zhang3 da4');
  assert.equal(read('旅{lü3}行').readings, 'lv3 xing2');
  assert.equal(spans.split(' ')[0], '0-1');
  assert.equal(by[0], 'inline');
});

test('a reading that is none is a warning, and the word is read normally', () => {
  const { readings, warnings } = read('银行{xx9}长');
  assert.equal(readings, read('银行长').readings);
  assert.deepEqual(warnings, [{ code: 'reading_invalid', text: '{xx9}', start: 2, end: 7 }]);
});

const wrong: readonly [file: string, line: number][] = [
  ['阿里', 1],
  ['# 注\n阿里\ta1', 2],
  ['阿里\ta1 li9', 1],
  ['C位\tsi1 wei4', 1],
  ['阿里\ta1 li3\n\n阿里\ta1 li3', 3],
  ['阿里\t=', 1],
];

for (const [file, line] of wrong) {
  test(`line ${line} of ${JSON.stringify(file)} is refused`, () => {
    assert.throws(
      () => parseLexicon(file, 'words.txt'),
      (error) =>
        error instanceof LangduError &&
        error.code === 'request_invalid' &&
        error.message.includes(`words.txt, line ${line}:`),
    );
  });
}

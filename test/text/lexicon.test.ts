import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { createAnalyser, type TextOptions } from '../../src/text/analyse.ts';
import { Lexicon, type LexiconEntry, parseLexicon } from '../../src/text/lexicon.ts';

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

test('blanks around a word and what is said of it do not count, however many', () => {
  const blanks = ' \t'.repeat(50_000);
  const lexicon = parseLexicon(`${blanks}阿里${blanks}a1 li3${blanks}\r\n${blanks}# 注`);
  assert.deepEqual(lexicon.match('阿里', 0)?.entry, { kind: 'reading', syllables: ['a1', 'li3'] });
});

test('only words that could stand at a place are looked for', () => {
  const asked: string[] = [];
  class Asked extends Map<string, LexiconEntry> {
    override get(word: string): LexiconEntry | undefined {
      asked.push(word);
      return super.get(word);
    }
  }
  const said = { kind: 'replacement', text: '丙' } as const;
  const lexicon = new Lexicon(new Asked(['甲', '甲乙', '甲乙乙乙', '乙'.repeat(64)].map((word) => [word, said])));
  assert.equal(lexicon.match('丁甲乙丁丁丁', 0), undefined);
  assert.deepEqual(asked, []);
  assert.equal(lexicon.match('丁甲乙丁丁丁', 1)?.word, '甲乙');
  assert.deepEqual(asked, ['甲乙丁丁', '甲乙']);
});

const wrong: readonly [file: string, line: number][] = [
  ['阿里', 1],
  ['# 注\n阿里\ta1', 2],
  ['阿里\ta1 li9', 1],
  ['C位\tsi1 wei4', 1],
  ['阿里\ta1 li3\n\n阿里\ta1 li3', 3],
  ['阿里\t=', 1],
  [`${'一'.repeat(64)}\t=甲\n${'二'.repeat(65)}\t=甲`, 2],
  [`甲\t=${'二'.repeat(511)}\n乙\t=${'二'.repeat(512)}`, 2],
  [`甲\t=乙${' '.repeat(100_000)}丙`, 1],
];

for (const [file, line] of wrong) {
  test(`line ${line} of ${JSON.stringify(file.slice(0, 40))}, ${file.length} units, is refused`, () => {
    assert.throws(
      () => parseLexicon(file, 'words.txt'),
      (error) =>
        error instanceof LangduError &&
        error.code === 'request_invalid' &&
        error.message.includes(`words.txt, line ${line}:`),
    );
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSorted, readTable } from '../../src/text/data.ts';
import { costs, posOf, unknownCost, words } from '../../src/text/segment/lexicon.ts';
import { firstLineOf, sortLines } from '../../src/text/sorted-lines.ts';

test('lines are found by their first character: all of them, and none where there are none', () => {
  const text = sortLines(['山水', '一', '中国', '一个', '山']);
  assert.equal(text, '一\n一个\n中国\n山水\n山\n');
  for (const [char, line] of [
    ['一', '一\n'],
    ['中', '中国\n'],
    ['山', '山水\n'],
  ] as const) {
    assert.ok(text.startsWith(line, firstLineOf(text, char.charCodeAt(0))), char);
  }
  assert.equal(firstLineOf(text, '丁'.charCodeAt(0)), 5, 'between');
  assert.equal(firstLineOf(text, 0), 0);
  assert.equal(firstLineOf(text, 0xffff), text.length);
  assert.equal(firstLineOf('', 0x4e00), 0);
});

for (const name of ['words.tsv', 'pinyin.tsv']) {
  test(`${name} is sorted, so that every line is found`, () => {
    const { about, lines } = readSorted(name);
    assert.match(about, /^# .*\n$/);
    const rows = lines.split('\n');
    assert.equal(rows.pop(), '', 'every line has its end');
    assert.ok(rows.every((row, index) => index === 0 || row.charCodeAt(0) >= rows[index - 1]!.charCodeAt(0)));
    assert.equal(new Set(rows.map((row) => row.split('\t')[0])).size, rows.length, 'no word twice');
  });
}

test('the first line of the word list says what is in it, and every word is found with its cost and part of speech', () => {
  const { about, lines } = readSorted('words.tsv');
  const rows = lines
    .trimEnd()
    .split('\n')
    .map((row) => row.split('\t') as [string, string, string]);
  const met = rows.reduce((sum, [, count]) => sum + Number(count), 0);
  assert.deepEqual(about.match(/\d+/g)?.map(Number), [rows.length, met]);
  const own = readTable('words-own.tsv') as [string, string, string][];
  const total = own.reduce((sum, [, count]) => sum + Number(count), met);
  assert.equal(unknownCost, Math.log(total));
  // Ours replace those of the list.
  const expected = new Map([...rows, ...own].map(([word, count, pos]) => [word, { count: Number(count), pos }]));
  for (const [word, { count, pos }] of expected) {
    const row = words.find(word);
    assert.ok(row >= 0, word);
    assert.deepEqual([costs[row], posOf(row)], [Math.fround(Math.log(total) - Math.log(count)), pos], word);
  }
  for (const none of ['龘龘', '的的的', '#', '', 'a']) assert.equal(words.find(none), -1, none);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { inventoryLanguages, loadInventory } from '../../src/text/symbols/inventory.ts';

const analyser = createAnalyser('PinYin');

test('nothing is yielded for nothing', () => {
  assert.deepEqual([...analyser.sentences(' \n\u3000')], []);
});

test('a sentence without anything to say has no symbols, and warnings', () => {
  const [only, ...rest] = [...analyser.sentences('😀😀')];
  assert.deepEqual(rest, []);
  assert.deepEqual(only?.sentence.symbols, []);
  assert.deepEqual(
    only?.warnings.map(({ text }) => text),
    ['😀', '😀'],
  );
});

test('marks alone are no sentence of their own and no warning', () => {
  const all = [...analyser.sentences('你好。\n***\n“”\n再见')];
  assert.deepEqual(
    all.map(({ sentence }) => sentence.text),
    ['你好。\n***\n“”', '再见'],
  );
  assert.deepEqual(
    all.flatMap(({ warnings }) => warnings),
    [],
  );
});

test('breaks: 1 between prosodic words, 3 at a comma, 4 at the end', () => {
  const [first] = [...analyser.sentences('我们走吧，好吗')];
  assert.deepEqual(
    first?.sentence.words.map(({ text, breakAfter }) => `${text}${breakAfter}`),
    ['我们1', '走吧3', '好吗4'],
  );
});

test('a long sentence is divided at a comma, and nothing of it is lost', () => {
  const text = `${'我们今天去公园散步，'.repeat(5)}${'他们明天在家里学习'.repeat(9)}。`;
  const all = [...analyser.sentences(text)];
  assert.ok(all.length >= 3);
  const counts = all.map(({ sentence }) => sentence.words.reduce((sum, word) => sum + word.syllables.length, 0));
  assert.ok(
    counts.every((count) => count <= 60),
    counts.join(' '),
  );
  assert.equal(
    counts.reduce((a, b) => a + b),
    9 * 5 + 9 * 9,
  );
  assert.ok(all[0]?.sentence.text.endsWith('，'));
  assert.equal(all.map(({ sentence }) => sentence.text).join(''), text);
});

test('English: words by their phones with stress, capitals by letter', () => {
  const [first] = [...analyser.sentences('打开WiFi和VIP')];
  assert.deepEqual(
    first?.sentence.symbols
      .map(({ sy, tone, syllableFlag, wordSegment }) => `${sy} ${tone} ${syllableFlag} ${wordSegment}`)
      .slice(5, 9),
    [
      'w tone1 s_begin word_begin',
      'ay tone1 s_end word_middle',
      'f tone2 s_begin word_middle',
      'ay tone2 s_end word_end',
    ],
  );
  assert.deepEqual(
    first?.sentence.words.at(-1)?.syllables.map(({ text, phones, start }) => [text, phones?.join(' '), start]),
    [
      ['V', 'v iy', 7],
      ['I', 'ay', 8],
      ['P', 'p iy', 9],
    ],
  );
});

test('the other languages have symbols but no text', () => {
  for (const language of ['ZhHK', 'WuuShanghai'] as const) {
    assert.throws(
      () => createAnalyser(language),
      (thrown) => thrown instanceof LangduError && thrown.code === 'language_unsupported',
    );
  }
  assert.equal(inventoryLanguages.length, 4);
});

test('Sichuan: every phone is in its inventory', () => {
  const phones = new Set(loadInventory('Sichuan').phones);
  const text = '这是四川话，叶子和雪花儿，中国人吃饭，我要上网看足球，哟，OK。';
  for (const { sentence, warnings } of createAnalyser('Sichuan').sentences(text)) {
    assert.deepEqual(warnings, []);
    for (const { sy } of sentence.symbols) assert.ok(phones.has(sy), sy);
    const voiced = sentence.words.flatMap((word) => word.syllables).length;
    assert.ok(sentence.symbols.filter(({ syllableFlag }) => /s_(?:end|both)/.test(syllableFlag)).length === voiced);
  }
});

test('the same text gives the same sentences', () => {
  const text = '2026年，银行行长在iPhone上看了3.5%的利率。';
  assert.deepEqual([...analyser.sentences(text)], [...createAnalyser('PinYin').sentences(text)]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnalyser } from '../../src/text/analyse.ts';
import { explainText } from '../../src/text/explain.ts';
import { parseLexicon } from '../../src/text/lexicon.ts';

const analyser = createAnalyser('PinYin');

test('a text is explained in the places of its source', () => {
  const told = explainText(analyser, '你好。一共3.5%🙂');
  assert.equal(told.normalized, '你好。一共百分之三点五');
  assert.deepEqual(
    told.sentences.map(({ text, start, end, annotated }) => ({ text, start, end, annotated })),
    [
      { text: '你好。', start: 0, end: 3, annotated: '你好#4' },
      { text: '一共3.5%🙂', start: 3, end: 11, annotated: '一共#1百分之#1三点五#4' },
    ],
  );
  assert.deepEqual(told.sentences[0]!.words, [{ text: '你好', start: 0, end: 2, pinyin: ['ni2', 'hao3'] }]);
  assert.match(told.sentences[0]!.symbols, /^\{n_c\$tone2\$s_begin\$word_begin\$emotion_neutral\$F7\}/);
  const [first] = told.syllables;
  assert.deepEqual(first, { char: '你', start: 0, end: 1, reading: 'ni3', pinyin: 'ni2', by: 'character' });
  assert.deepEqual(
    told.warnings.map(({ code, text, start }) => [code, text, start]),
    [['character_unknown', '🙂', 9]],
  );
});

test('the lexicon of the call has its say', () => {
  const lexicon = parseLexicon('行长\txing2 zhang3\n');
  const [syllable] = explainText(analyser, '行长', { lexicon }).syllables;
  assert.deepEqual([syllable?.reading, syllable?.by], ['xing2', 'lexicon:行长']);
});

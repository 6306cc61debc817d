import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSymbolLine } from '../../../src/text/symbols/line.ts';

test('symbols are a line of tokens, pauses without emotion', () => {
  const place = { start: 0, end: 1 };
  const symbols = [
    { ...place, sy: 'ga', tone: 'tone4', syllableFlag: 's_begin', wordSegment: 'word_begin' },
    { ...place, sy: 'ai_c', tone: 'tone4', syllableFlag: 's_end', wordSegment: 'word_end' },
    { ...place, sy: '#4', tone: 'tone_none', syllableFlag: 's_none', wordSegment: 'word_none' },
  ];
  assert.equal(
    formatSymbolLine(symbols, 'emotion_happy', 'F7'),
    '{ga$tone4$s_begin$word_begin$emotion_happy$F7} {ai_c$tone4$s_end$word_end$emotion_happy$F7} {#4$tone_none$s_none$word_none$emotion_none$F7}',
  );
  assert.equal(formatSymbolLine([], 'emotion_happy', 'F7'), '');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LangduError } from '../../../src/errors.ts';
import { formatSymbolLine, parseSymbolLine } from '../../../src/text/symbols/line.ts';

const line =
  '{ga$tone4$s_begin$word_begin$emotion_neutral$F7} {ai_c$tone4$s_end$word_end$emotion_neutral$F7} {#4$tone_none$s_none$word_none$emotion_none$F7}';

test('a line is read field by field', () => {
  const tokens = parseSymbolLine(`  ${line}\n`);
  assert.equal(tokens.length, 3);
  assert.deepEqual(tokens[1], {
    sy: 'ai_c',
    tone: 'tone4',
    syllableFlag: 's_end',
    wordSegment: 'word_end',
    emotion: 'emotion_neutral',
    speaker: 'F7',
  });
});

test('what was read is written the same', () => {
  const symbols = parseSymbolLine(line).map((token) => ({ ...token, start: 0, end: 0 }));
  assert.equal(formatSymbolLine(symbols, 'emotion_neutral', 'F7'), line);
});

test('an empty line has no tokens', () => assert.deepEqual(parseSymbolLine(' '), []));

for (const value of ['{ga$tone4}', 'ga', '{ga$tone4$s_begin$word_begin$emotion_neutral$}', '{a$b$c$d$e$f$g}']) {
  test(`${value} is refused with its position`, () => {
    assert.throws(
      () => parseSymbolLine(`${line} ${value}`),
      (thrown) => {
        assert.ok(thrown instanceof LangduError);
        assert.equal(thrown.code, 'symbol_malformed');
        assert.deepEqual([thrown.params.position, thrown.params.value], [4, value]);
        return true;
      },
    );
  });
}

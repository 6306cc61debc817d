import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/config/paths.ts';
import { normalize } from '../../../src/text/normalize/normalize.ts';

const folder = join(packageRoot, 'test', 'text', 'cases');

for (const file of readdirSync(folder)) {
  test(`written => spoken: ${file}`, () => {
    const cases = readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes(' => '));
    const spoken = cases.map((line) => {
      const written = line.slice(0, line.indexOf(' => '));
      const { tokens, warnings } = normalize(written);
      assert.deepEqual(warnings, []);
      return `${written} => ${tokens.map((token) => token.text).join('')}`;
    });
    assert.deepEqual(spoken, cases);
  });
}

test('every spoken character knows where it was written', () => {
  const { tokens } = normalize('2026年1月，13800138000', 10);
  const places = tokens.map(({ text, start, end }) => `${text}${start - 10}-${end - 10}`);
  assert.deepEqual(places.slice(0, 8), ['二0-1', '零1-2', '二2-3', '六3-4', '年4-5', '一5-6', '月6-7', '，7-8']);
  assert.deepEqual(places.slice(8, 11), ['幺8-9', '三9-10', '八10-11']);
});

test('what is read in another order keeps the place of the whole', () => {
  const { tokens } = normalize('约3.5%的人');
  assert.deepEqual(
    tokens.filter((token) => token.group > 0).map(({ start, end }) => [start, end]),
    Array(6).fill([1, 5]),
  );
});

test('what cannot be read is reported, an emoji as one', () => {
  const { warnings } = normalize('好👨‍👩‍👧的🇨🇳한');
  assert.deepEqual(
    warnings.map(({ code, text, start }) => [code, text, start]),
    [
      ['character_unknown', '👨‍👩‍👧', 1],
      ['character_unknown', '🇨🇳', 10],
      ['character_unknown', '한', 14],
    ],
  );
});

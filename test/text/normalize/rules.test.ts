import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/config/paths.ts';
import { normalize } from '../../../src/text/normalize/normalize.ts';
import { rules } from '../../../src/text/normalize/rules.ts';

const classes =
  'cardinal coordinate date decimal designation duration event fold formula fraction latin math measure model money percent ' +
  'phone plate power range roman score serial symbol time version web year';

test('every class has a file of cases', () => {
  const without = classes
    .split(' ')
    .filter((name) => !existsSync(join(packageRoot, 'test', 'text', 'cases', `${name}.txt`)));
  assert.deepEqual(without, []);
});

/** Characters of every kind that a rule may begin with. */
const firsts = [...Array.from({ length: 0x3100 }, (_, code) => String.fromCodePoint(code)), ...'一龥，。（％＋￥'];

test('every rule can begin somewhere, and none at a common Han character', () => {
  for (const { name, begins, pattern } of rules) {
    assert.ok(
      firsts.some((char) => begins.test(char)),
      `${name} ${pattern.source}`,
    );
  }
});

test('every rule is sticky and by code points', () => {
  for (const { pattern } of rules) assert.equal(pattern.flags, 'uy');
});

test('a letter behind a number is read or left, never an error', () => {
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
    for (const number of ['2', '12', '1.5', '10/100']) {
      const { tokens } = normalize(`${number}${letter}`);
      assert.ok(tokens.length > 0);
    }
  }
});

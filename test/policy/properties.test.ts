import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as othersRun } from 'node:timers/promises';
import { MASK } from '../../src/policy/mask.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { random } from '../random.ts';
import { check, listOf } from './listed.ts';
import { type NaiveWord, naively } from './naive.ts';

const actions = ['allow', 'mask', 'review', 'deny'] as const;

test('finds what trying every word everywhere finds, and masks just that', async () => {
  const next = random(7);
  const pick = <T>(values: ArrayLike<T>): T => values[Math.floor(next() * values.length)]!;
  const some = (chars: readonly string[], most: number) =>
    Array.from({ length: 1 + Math.floor(next() * most) }, () => pick(chars)).join('');
  let hits = 0;
  for (let round = 0; round < 400; round += 1) {
    const words: NaiveWord[] = Array.from({ length: 1 + Math.floor(next() * 12) }, () => {
      const exact = next() < 0.3;
      const word = some(exact ? ['甲', '乙', 'a', 'b', '*', '𠀀'] : ['甲', '乙', 'a', 'b', '1', '𠀀'], 5);
      const action = next() < 0.15 ? 'allow' : pick(actions);
      return { word, action, rule: pick(['x', 'y']), exact, inside: next() < 0.5 };
    });
    const list = await listOf(
      words.map(({ word, action, rule, exact, inside }) => {
        const flags = [exact ? 'exact' : '', inside ? 'inside' : ''].filter((flag) => flag !== '').join(',');
        return `${word} ${action} ${rule} ${flags}`;
      }),
    );
    const text = some([...'甲甲甲乙乙丙aab1', '*', ' ', '。', '😀', '\u200b', '𠀀', '*'.repeat(17)], 60);
    const verdict = await check(list, text);
    const expected = naively(words, text);
    const found = new Map<string, [number, number][]>();
    for (const { action, rule, start, end } of verdict.findings) {
      const key = `${action} ${rule}`;
      found.set(key, [...(found.get(key) ?? []), [start, end]]);
    }
    const told = `${JSON.stringify(words)} in ${JSON.stringify(text)}`;
    assert.deepEqual([...found].sort(), [...expected].sort(), told);
    checkMask(text, verdict);
    hits += verdict.findings.length;
  }
  assert.ok(hits > 500, `the rounds find something (${hits})`);
});

/** Of the length of the text, and other than it exactly where a finding masks. */
function checkMask(text: string, verdict: Verdict): void {
  const units = text.split('');
  for (const { action, start, end } of verdict.findings) if (action === 'mask') units.fill(MASK, start, end);
  assert.equal(verdict.text, units.join(''));
}

const monsters: readonly [name: string, text: string][] = [
  ['1 MB of one character', '甲'.repeat(1_000_000)],
  ['1 MB of one letter', 'a'.repeat(1_000_000)],
  ['1 MB of signs', '*'.repeat(1_000_000)],
  ['1 MB of joiners', `甲${'\u200d'.repeat(1_000_000)}乙`],
  ['joiners after every letter', `a${'\u200d'.repeat(50)}`.repeat(20_000)],
  ['lone surrogates', '\ud800'.repeat(300_000) + '\udc00'.repeat(300_000)],
  ['emoji', '😀'.repeat(300_000)],
  ['characters that fold to 18', '\ufdfa'.repeat(100_000)],
  ['readings', '甲{jia3}'.repeat(100_000)],
  ['readings of one character', `甲${'{jia3}'.repeat(100_000)}乙`],
  ['braces', '甲{'.repeat(300_000)],
  ['every unit', String.fromCharCode(...Array.from({ length: 65536 }, (_, unit) => unit))],
];

suite('monsters, with words nested two hundred deep', async () => {
  const nested = Array.from({ length: 200 }, (_, index) => '甲'.repeat(index + 1));
  const list = await listOf([
    ...nested.map((word, index) => `${word} mask r${index % 3}`),
    'a mask a',
    '甲*乙 review e exact',
    `${'甲'.repeat(150)} allow ok`,
  ]);
  for (const [name, text] of monsters) {
    test(`${name}: judged whole, in time`, { timeout: 60_000 }, async () => {
      const verdict = await check(list, text);
      assert.equal(verdict.text.length, text.length);
      for (const { start, end } of verdict.findings) assert.ok(0 <= start && start < end && end <= text.length);
    });
  }

  test('others run while a megabyte is judged', async () => {
    let turns = 0;
    let judging = true;
    const others = (async () => {
      while (judging) {
        turns += 1;
        await othersRun();
      }
    })();
    await check(list, '甲乙丙'.repeat(333_333));
    judging = false;
    await others;
    assert.ok(turns > 5, `${turns} turns`);
  });
});

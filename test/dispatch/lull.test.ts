import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lull } from '../../src/dispatch/lull.ts';
import { until } from '../until.ts';

/** Longer than a lull takes to be called one. */
const LONG_MS = 400;

function open() {
  const lulls: number[] = [];
  const lull = new Lull(() => lulls.push(lulls.length));
  const none = async (why: string) => {
    const before = lulls.length;
    await sleep(LONG_MS);
    assert.equal(lulls.length, before, why);
  };
  const one = async (why: string) => {
    const before = lulls.length;
    await until(() => lulls.length > before, why);
    await sleep(LONG_MS);
    assert.equal(lulls.length, before + 1, why);
  };
  return { lull, none, one };
}

suite('lull', () => {
  test('it is one when the one who waited hears something, and when he has left', async () => {
    const { lull, none, one } = open();
    const listener = lull.enter();
    await none('he waits');
    listener.hears();
    await one('he listens');
    listener.leaves();
    await one('nobody is there');
  });

  test('who left without hearing anything waits no longer', async () => {
    const { lull, one } = open();
    lull.enter().leaves();
    await one('nobody waits');
  });

  test('while one listens, another who waits is waited for', async () => {
    const { lull, none, one } = open();
    lull.enter().hears();
    const other = lull.enter();
    await none('the other waits');
    other.leaves();
    await one('one is left');
  });

  test('two who listen are too many', async () => {
    const { lull, none, one } = open();
    const listeners = [lull.enter(), lull.enter()];
    for (const each of listeners) each.hears();
    await none('both listen');
    listeners[0]!.leaves();
    await one('one is left');
  });

  test('nobody counts twice', async () => {
    const { lull, none } = open();
    const [first, second, third] = [lull.enter(), lull.enter(), lull.enter()];
    for (let i = 0; i < 2; i += 1) first.hears();
    for (let i = 0; i < 2; i += 1) first.leaves();
    first.hears();
    for (let i = 0; i < 2; i += 1) second.hears();
    await none('the third waits');
    third.hears();
    await none('two listen');
  });
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { plan, type Situation } from '../../src/results/plan.ts';

const HOUR = 3_600_000;
const now = 100 * HOUR;

/** Results by their sizes, the oldest first, an hour apart and the last an hour old. */
function removed(sizes: readonly number[], more: Partial<Situation> = {}, limits = { keepHours: 24, keepBytes: 1000 }) {
  const results = sizes.map((size, at) => ({
    name: String(at),
    size,
    modified: new Date(now - (sizes.length - at) * HOUR),
    held: false,
  }));
  return plan({ results, pendingBytes: 0, now, ...more }, limits).map(({ name, reason }) => `${name} ${reason}`);
}

suite('what retention removes', () => {
  test('the oldest of too much, until a tenth is free', () => {
    assert.deepEqual(removed([300, 300, 300]), []);
    assert.deepEqual(removed([50, 150, 300, 300, 300]), ['0 size', '1 size']);
    assert.deepEqual(removed([300, 300, 300], { pendingBytes: 200 }), ['0 size']);
  });

  test('not the newest while nobody needs its room', () => {
    assert.deepEqual(removed([500, 980]), ['0 size']);
    assert.deepEqual(removed([980], { limit: 950 }), []);
    assert.deepEqual(removed([500, 980], { pendingBytes: 100 }), ['0 size', '1 size']);
  });

  test('nothing larger than the limit, which does not count, but for its age', () => {
    assert.deepEqual(removed([5000, 300, 5000, 300, 300]), []);
    assert.deepEqual(removed([5000, 300, 5000, 500, 300]), ['1 size']);
    assert.deepEqual(removed([5000, 5000], {}, { keepHours: 1.5, keepBytes: 1000 }), ['0 age']);
  });

  test('on a full disk the oldest, whatever its size', () => {
    assert.deepEqual(removed([300, 5000, 300], { wanted: 400 }), ['0 size', '1 size']);
    assert.deepEqual(removed([300, 300, 300], { wanted: 300 }), ['0 size']);
  });
});

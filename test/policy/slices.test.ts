import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as othersRun } from 'node:timers/promises';
import { inSlices } from '../../src/policy/slices.ts';

/** Work whose every step uses up a slice. */
function* slow(steps: number, onStep: () => void): Generator<void, number> {
  for (let step = 0; step < steps; step += 1) {
    for (const start = performance.now(); performance.now() - start < 3; );
    onStep();
    yield;
  }
  return steps;
}

test('however much work there is, one slice of it runs in a turn of the event loop', async () => {
  let steps = 0;
  const done = Promise.all(Array.from({ length: 8 }, () => inSlices(slow(6, () => (steps += 1)))));
  assert.equal(steps, 8, 'each began at once');
  let working = true;
  done.then(() => (working = false));
  for (let before = steps; working; before = steps) {
    await othersRun();
    assert.ok(steps - before <= 1, `${steps - before} slices in a turn`);
  }
  assert.deepEqual(await done, new Array(8).fill(6));
  assert.equal(steps, 48);
});

test('short work is done when it is called for', async () => {
  let done = false;
  const short = inSlices(
    (function* () {
      yield;
      done = true;
    })(),
  );
  assert.ok(done);
  await short;
});

test('what work throws reaches its caller, and the others go on', async () => {
  const broken = inSlices(
    (function* (): Generator<void, void> {
      yield* slow(2, () => undefined);
      throw new Error('broken');
    })(),
  );
  const other = inSlices(slow(4, () => undefined));
  await assert.rejects(broken, /broken/);
  assert.equal(await other, 4);
});

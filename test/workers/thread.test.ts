import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startThread } from '../../src/workers/thread.ts';

const COUNT = 50;
const BYTES = 4e6;

/** Makes arrays, holds on to all of them, gives each back where it is asked to, and says what memory that took. */
function holding(giveBack: boolean): URL {
  const release = new URL('../../src/inference/release.js', import.meta.url).href;
  return new URL(`data:text/javascript,
    import { parentPort } from 'node:worker_threads';
    import { release } from '${release}';
    const held = [];
    for (let i = 0; i < ${COUNT}; i += 1) {
      const floats = new Float32Array(${BYTES / 4}).fill(1);
      held.push(floats);
      if (${giveBack}) release(floats);
    }
    parentPort.postMessage({ bytes: process.memoryUsage().arrayBuffers, left: held.at(-1).length });
  `);
}

test('a thread gives memory back at once, without a collection', async () => {
  const [kept] = (await once(startThread(holding(false)), 'message')) as [{ bytes: number; left: number }];
  assert.ok(kept.bytes >= COUNT * BYTES);
  const [given] = (await once(startThread(holding(true)), 'message')) as [{ bytes: number; left: number }];
  assert.ok(given.bytes < 2 * BYTES, `${given.bytes} bytes are left`);
  assert.equal(given.left, 0);
});

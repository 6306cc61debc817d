import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { Retention } from '../../src/results/retention.ts';
import type { Shelf } from '../../src/results/shelf.ts';

const log = createLog('silent');
const limits = { keepHours: 0, keepBytes: 6_000 };

/** An empty place with another process that writes to it, and how often it was looked through. */
function place(): { shelf: Shelf; looks: () => number } {
  let looks = 0;
  const shelf: Shelf = {
    inventory: async () => {
      looks += 1;
      return { results: [], orphans: [], othersPending: [0], otherWriters: 1, now: Date.now() };
    },
    discard: async () => 'missing',
    clear: async () => undefined,
  };
  return { shelf, looks: () => looks };
}

test('a place that is shared is looked through whenever a part of a twentieth of the limit may be unseen', async () => {
  const { shelf, looks } = place();
  const retention = new Retention(shelf, limits, log);
  await retention.sweep();
  // Two processes and one that may have begun: 100 bytes each.
  const write = (bytes: number, already: number) => retention.write(bytes, already, 0, async () => undefined);
  await write(100, 0);
  assert.equal(looks(), 1);
  await write(60, 100);
  assert.equal(looks(), 2, '160 bytes since the last look');
  await write(40, 160);
  assert.equal(looks(), 2, 'the 60 that were not written when we looked, and 40');
  await write(1, 200);
  assert.equal(looks(), 3);
});

test('what is being written when somebody looks counts as unseen until it is written', async () => {
  const { shelf, looks } = place();
  const retention = new Retention(shelf, limits, log);
  await retention.sweep();
  let wrote: () => void = () => undefined;
  const written = new Promise<void>((resolve) => {
    wrote = resolve;
  });
  const slow = retention.write(90, 0, 0, () => written);
  await retention.sweep();
  await retention.write(20, 0, 0, async () => undefined);
  assert.equal(looks(), 3, '90 and 20 bytes');
  wrote();
  await slow;
  await retention.sweep();
  await retention.write(100, 20, 0, async () => undefined);
  assert.equal(looks(), 4);
});

test('bytes that find no room are not written', async () => {
  const retention = new Retention(place().shelf, limits, log);
  await retention.write(3_000, 0, 0, async () => undefined);
  let written = false;
  const refused = retention.write(3_001, 0, 0, async () => {
    written = true;
  });
  await assert.rejects(refused, { code: 'storage_full' });
  assert.equal(written, false);
  assert.equal(retention.ownBytes, 3_000);
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FairQueue } from '../../src/dispatch/fair-queue.ts';
import type { Lane } from '../../src/speech.ts';

const work = (caller: string, cost = 1, due = 0, lane: Lane = 'interactive') => ({
  caller,
  cost,
  due,
  lane,
  start: () => undefined,
});

function order(queue: FairQueue, count: number, batchMayStart = true): string[] {
  return Array.from({ length: count }, () => queue.next({ batch: batchMayStart, may: () => true })).map((each) =>
    each === undefined ? '-' : each.lane === 'batch' ? each.caller.toUpperCase() : each.caller,
  );
}

suite('a fair queue', () => {
  test('one with a hundred waits behind his own, not in front of another', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 100; i += 1) queue.add(work('a', 1, i));
    assert.equal(order(queue, 10).join(''), 'aaaaaaaaaa');
    for (let i = 0; i < 3; i += 1) queue.add(work('b', 1, i));
    const next = order(queue, 8).join('');
    assert.equal([...next].filter((each) => each === 'b').length, 3, next);
    assert.ok(next.indexOf('b') <= 1, next);
  });

  test('shares go by work, not by number', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 40; i += 1) queue.add(work('long', 4, i));
    for (let i = 0; i < 40; i += 1) queue.add(work('short', 1, i));
    const next = order(queue, 25);
    const count = (who: string) => next.filter((each) => each === who).length;
    assert.ok(count('short') >= 4 * count('long') - 4 && count('short') <= 4 * count('long') + 4, next.join());
  });

  test('who was away has saved nothing up, and owes nothing', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 50; i += 1) queue.add(work('a', 1, i));
    order(queue, 40);
    queue.add(work('b'));
    queue.add(work('b'));
    assert.equal(order(queue, 4).filter((each) => each === 'b').length, 2);
    order(queue, 10);
    queue.add(work('b'));
    queue.add(work('a'));
    assert.deepEqual(order(queue, 2).toSorted(), ['a', 'b']);
  });

  test('a caller hears what he needs first', () => {
    const queue = new FairQueue();
    for (const due of [30, 10, 20]) queue.add(work('a', due, due));
    assert.deepEqual(
      Array.from({ length: 3 }, () => queue.next({ batch: true, may: () => true })!.due),
      [10, 20, 30],
    );
  });

  test('batch gives way but gets one start in eight', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 32; i += 1) {
      queue.add(work('a', 1, i));
      queue.add(work('b', 1, i, 'batch'));
    }
    assert.equal(order(queue, 16).join(''), 'aaaaaaaBaaaaaaaB');
    assert.equal(order(queue, 16, false).join(''), 'a'.repeat(16));
    assert.equal(order(queue, 4).join(''), 'BaaB');
  });

  test('what is withdrawn never starts', () => {
    const queue = new FairQueue();
    const withdraw = queue.add(work('a'));
    queue.add(work('b'));
    withdraw();
    withdraw();
    assert.deepEqual(order(queue, 2), ['b', '-']);
    assert.equal(queue.size, 0);
  });

  test('callers who come once are not kept: neither one at a time nor in a queue that is never empty', () => {
    for (const backlog of [0, 2]) {
      const queue = new FairQueue();
      for (let i = 0; i < backlog; i += 1) queue.add(work(`before ${i}`));
      for (let i = 0; i < 5_000; i += 1) {
        queue.add(work(`once ${i}`));
        assert.ok(queue.next({ batch: true, may: () => true }));
      }
      assert.ok(queue.remembered <= 1_000 + backlog, `${queue.remembered} with ${backlog} waiting`);
      assert.equal(queue.remembered > 0, backlog > 0, 'an empty lane remembers nobody');
    }
  });

  test('who has had much and comes back while others wait is still ahead of them', () => {
    const queue = new FairQueue();
    queue.add(work('a', 10));
    for (let i = 0; i < 3; i += 1) queue.add(work('b', 1, i));
    assert.deepEqual(order(queue, 2), ['a', 'b']);
    queue.add(work('a', 10));
    assert.deepEqual(order(queue, 3), ['b', 'b', 'a']);
  });

  test('tells what is in front of new work', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 10; i += 1) queue.add(work('a', 2, i));
    assert.deepEqual(queue.ahead(work('a', 1, 100)), { cost: 20, count: 10 });
    assert.deepEqual(queue.ahead(work('a', 1, 4)), { cost: 10, count: 5 });
    assert.deepEqual(queue.ahead(work('b', 1, 0)), { cost: 0, count: 0 });
    assert.deepEqual(queue.ahead(work('b', 1, 0, 'batch')), { cost: 20, count: 10 });
  });
});

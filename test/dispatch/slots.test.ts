import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Demand } from '../../src/dispatch/demand.ts';
import type { Order } from '../../src/dispatch/order.ts';
import { type Slot, Slots } from '../../src/dispatch/slots.ts';
import { Speed } from '../../src/dispatch/speed.ts';

const never = () => new AbortController().signal;

/** A worker that makes ten seconds of speech a second hears eight listeners out, with a reserve. */
const STREAMS = 8;

function tenTimesRealTime(): Speed {
  const speed = new Speed();
  speed.observe('a', 100, 100, 1000);
  speed.observeBegin('a', 20);
  return speed;
}

/** The first sentence of a request that wants `cost` in all. */
function first(cost = 100, changes: Partial<Order> = {}): Order {
  return {
    voice: 'a',
    lane: 'interactive',
    caller: 'a',
    cost,
    due: 0,
    demand: new Demand(cost),
    first: true,
    ...changes,
  };
}

const batch = () => first(100, { lane: 'batch' });
const settled = () => new Promise(setImmediate);

function take(slots: Slots, order: Order, taken: string[] = [], name = ''): Promise<Slot> {
  return slots.take(order, never()).slot.then((slot) => {
    taken.push(name);
    return slot;
  });
}

suite('slots', () => {
  test('requests begin for as many as can be heard at once; the rest waits', async () => {
    const slots = new Slots(1, tenTimesRealTime());
    const taken: string[] = [];
    const asked = Array.from({ length: STREAMS + 2 }, (_, index) => take(slots, first(), taken, `${index}`));
    await settled();
    assert.equal(slots.active, STREAMS);
    assert.equal(slots.waitingIn('interactive'), 2);
    const held = await asked[0]!;
    held.release();
    held.release();
    await settled();
    assert.equal(taken.at(-1), `${STREAMS}`);
    assert.equal(slots.active, STREAMS);
  });

  test('a faster voice is heard by more at once', async () => {
    const speed = new Speed();
    speed.observe('a', 100, 100, 2000);
    const slots = new Slots(1, speed);
    for (let i = 0; i < 20; i += 1) take(slots, first());
    await settled();
    assert.equal(slots.active, 2 * STREAMS);
  });

  test('a slow voice in work does not make a fast one seem slow, nor the other way round', async () => {
    const speed = tenTimesRealTime();
    speed.observe('slow', 100, 200, 1000);
    speed.observeBegin('slow', 80);
    const slots = new Slots(1, speed);
    const asked = { voice: 'a', lane: 'interactive', caller: 'a', due: 0 } as const;
    assert.equal(slots.predictStart(asked).beginMs, 20);
    const held = await take(slots, first(100, { voice: 'slow' }));
    assert.equal(slots.predictStart(asked).beginMs, 100, 'behind the slow one');
    held.release();
    for (let i = 0; i < 8; i += 1) take(slots, first(100, { voice: 'slow' }));
    await settled();
    assert.equal(slots.active, STREAMS / 2);
  });

  test('batch work that begins late says nothing of who listens', async () => {
    const speed = tenTimesRealTime();
    const slots = new Slots(1, speed);
    const slot = await take(slots, batch());
    assert.ok(slots.idle);
    for (const start = performance.now(); performance.now() < start + 25; ) await settled();
    slot.begun();
    assert.equal(speed.beginMs('a'), 20);
  });

  test('whose first sentence was spoken goes on, however many there are', async () => {
    const slots = new Slots(1, tenTimesRealTime());
    for (let i = 0; i < STREAMS; i += 1) take(slots, first());
    await take(slots, first(100, { first: false }));
    assert.equal(slots.active, STREAMS + 1);
  });

  test('six a worker for batch work, however little is spoken', async () => {
    const slots = new Slots(1, tenTimesRealTime());
    const taken: string[] = [];
    const asked = Array.from({ length: 8 }, (_, index) => take(slots, batch(), taken, `batch ${index}`));
    await settled();
    assert.equal(slots.active, 6);
    for (let i = 0; i < STREAMS; i += 1) await take(slots, first());
    (await asked[0]!).release();
    await settled();
    assert.equal(taken.at(-1), 'batch 6');
  });

  test('what nobody waits for yet holds four, so whoever comes begins at once', async () => {
    const slots = new Slots(1, tenTimesRealTime());
    const later = performance.now() + 60_000;
    const taken: string[] = [];
    const early = Array.from({ length: 6 }, () =>
      take(slots, first(100, { due: later, first: false }), taken, 'early'),
    );
    await settled();
    assert.equal(slots.active, 4);
    await take(slots, first(), taken, 'now');
    (await early[0]!).release();
    await settled();
    assert.equal(taken.at(-1), 'early');
    assert.equal(slots.active, 5);
  });

  test('who hangs up while he waits gives his place away', async () => {
    const slots = new Slots(1, tenTimesRealTime());
    const held = await Promise.all(Array.from({ length: STREAMS }, () => take(slots, first())));
    const gone = new AbortController();
    const leaving = slots.take(first(), gone.signal).slot;
    const staying = slots.take(first(), never()).slot;
    gone.abort(new Error('gone'));
    await assert.rejects(leaving, /gone/);
    held[0]!.release();
    await staying;
    assert.equal(slots.waitingIn('interactive'), 0);
    await assert.rejects(slots.take(first(), AbortSignal.abort(new Error('late'))).slot, /late/);
  });

  test('predicts a start from what those in work still want', async () => {
    const slots = new Slots(1, tenTimesRealTime());
    const asked = { voice: 'a', lane: 'interactive', caller: 'a', due: 0 } as const;
    assert.deepEqual(slots.predictStart(asked), { queueMs: 0, beginMs: 20 });
    const orders = Array.from({ length: STREAMS }, () => first(100));
    const progress = orders.map(({ demand, cost }) => demand.order(cost));
    for (const order of orders) await take(slots, order);
    // Eight of 100 ms share a worker: the first ends when all do.
    assert.deepEqual(slots.predictStart(asked), { queueMs: 800, beginMs: 20 });
    progress[0]!(0.5);
    assert.equal(slots.predictStart(asked).queueMs, 400);
    // One who waits already takes that place; of 100 ms as well, he and the others end together.
    take(slots, first(100));
    assert.equal(slots.predictStart({ ...asked, due: 1 }).queueMs, 800);
    // And goes behind who is due sooner.
    assert.equal(slots.predictStart({ ...asked, due: -1 }).queueMs, 400);
  });

  test('a request that has sentences to come keeps its place for them', async () => {
    const slots = new Slots(1, tenTimesRealTime());
    const demand = new Demand(1000);
    const made = demand.order(100);
    for (let i = 0; i < STREAMS; i += 1) await take(slots, first(100, { demand: new Demand(1000) }));
    made(1);
    assert.equal(demand.remaining, 900);
    assert.equal(slots.predictStart({ voice: 'a', lane: 'interactive', caller: 'a', due: 0 }).queueMs, 8000);
  });

  test('those who have heard nothing yet begin one after the other on each worker', async () => {
    const slots = new Slots(2, tenTimesRealTime());
    const asked = { voice: 'a', lane: 'interactive', caller: 'a', due: 0 } as const;
    const beginMs = () => slots.predictStart(asked).beginMs;
    const held: Slot[] = [];
    for (let i = 0; i < 4; i += 1) held.push(await take(slots, first()));
    assert.equal(beginMs(), 60);
    for (const slot of held.slice(0, 3)) slot.release();
    assert.equal(beginMs(), 20);
  });
});

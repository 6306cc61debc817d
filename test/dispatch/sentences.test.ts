import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Admission } from '../../src/dispatch/admission.ts';
import type { RequestOrders } from '../../src/dispatch/request-orders.ts';
import { SentenceCache } from '../../src/dispatch/sentence-cache.ts';
import { Sentences } from '../../src/dispatch/sentences.ts';
import { Slots } from '../../src/dispatch/slots.ts';
import { Speed } from '../../src/dispatch/speed.ts';
import type { SpeakOptions } from '../../src/speech.ts';
import type { Utterance, UtterancePiece } from '../../src/voice/utterance.ts';
import type { Wanted } from '../../src/workers/pool.ts';

const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

/** Sentence `seed`; each is another. */
const utterance = (seed: number) =>
  ({
    voice: 'v',
    hash: 'h',
    rate: 1,
    f0: 1,
    seed,
    input: { length: 10, ids: Int32Array.of(seed), intensity: new Float32Array(1), pitch: { scale: 1, offset: 0 } },
  }) as unknown as Utterance;

/** One worker that hears one listener out at a time, and makes a sentence when it is told to. */
function open() {
  const speed = new Speed();
  speed.observe('v', 10, 100, 100);
  speed.observeBegin('v', 5);
  const slots = new Slots(1, speed);
  const made: number[] = [];
  const finish: (() => void)[] = [];
  const pool = {
    async *utter({ utterance: { seed }, onDone }: Wanted, signal: AbortSignal): AsyncGenerator<UtterancePiece> {
      made.push(seed);
      await new Promise<void>((resolve, reject) => {
        finish.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
      onDone(20, 100);
      yield { samples: new Float32Array(10), durations: Int32Array.of(1), last: true, done: 1 };
    },
  };
  const admission = new Admission(slots, speed, {});
  const sentences = new Sentences({ pool, slots, speed, admission, cache: new SentenceCache(1e6), metrics: undefined });
  const ask = (caller: string, options: SpeakOptions = {}) =>
    sentences.open({ ...options, caller, voice: 'v', characters: 4 });
  const next = async () => {
    await settled();
    finish.shift()?.();
    await settled();
  };
  return { slots, made, ask, next };
}

/** Reads a sentence as soon as it is there; the answer is its outcome. */
function hear(orders: RequestOrders, seed: number): Promise<string> {
  const read = async () => {
    for await (const _ of orders.utter(utterance(seed)));
    return 'heard';
  };
  return read().catch((error: { code: string }) => error.code);
}

suite('sentences', () => {
  test('what is ordered behind a hang-up is refused and takes no place', async () => {
    const { slots, made, ask } = open();
    const orders = ask('a');
    const before = hear(orders, 1);
    await settled();
    orders.close();
    assert.equal(await hear(orders, 2), 'cancelled');
    assert.throws(() => orders.admit(), { code: 'cancelled' });
    assert.equal(await before, 'cancelled');
    assert.deepEqual([slots.active, slots.waitingIn('interactive'), made.length], [0, 0, 1]);
  });

  test('one that is refused leaves the sentence to the others who want it', async () => {
    const { made, ask, next } = open();
    const busy = hear(ask('busy'), 1);
    await settled();
    const impatient = hear(ask('impatient', { deadlineMs: 1 }), 2);
    const patient = hear(ask('patient'), 2);
    assert.equal(await impatient, 'overloaded');
    await next();
    await next();
    assert.deepEqual([await busy, await patient], ['heard', 'heard']);
    assert.deepEqual(made, [1, 2]);
  });

  test('when all are refused nothing is made', async () => {
    const { made, slots, ask } = open();
    hear(ask('busy'), 1);
    await settled();
    const refused = [1, 2].map((deadlineMs) => hear(ask(`${deadlineMs}`, { deadlineMs }), 2));
    assert.deepEqual(await Promise.all(refused), ['overloaded', 'overloaded']);
    await settled();
    assert.deepEqual([made, slots.waitingIn('interactive')], [[1], 0]);
  });

  test('who joins is asked by his own deadline, and promised no less than he waits', async () => {
    const { ask, next } = open();
    hear(ask('busy'), 1);
    await settled();
    hear(ask('first'), 2);
    await settled();
    assert.equal(await hear(ask('joins', { deadlineMs: 1 }), 2), 'overloaded');
    const orders = ask('joins');
    const heard = hear(orders, 2);
    assert.ok(orders.plan().startsInMs >= 100, `${orders.plan().startsInMs}`);
    await next();
    await next();
    assert.equal(await heard, 'heard');
    assert.equal(orders.outcome(), 'coalesced');
    const later = ask('later');
    assert.equal(await hear(later, 2), 'heard');
    later.finish();
    assert.deepEqual(later.plan(), { cache: 'hit', startsInMs: 0 });
  });

  test('who joins does not wait for the turn of who asked first', async () => {
    const { made, ask, next } = open();
    for (let seed = 0; seed < 20; seed += 1) hear(ask('hog'), seed);
    await settled();
    hear(ask('other'), 19);
    await next();
    await next();
    assert.ok(made.indexOf(19) > 0 && made.indexOf(19) <= 2, `${made}`);
  });

  test('a hundred who want the same have it made once', async () => {
    const { made, slots, ask, next } = open();
    const heard = Array.from({ length: 100 }, (_, index) => hear(ask(`${index}`), 7));
    await settled();
    assert.deepEqual([slots.active, slots.waitingIn('interactive')], [1, 0]);
    await next();
    assert.ok((await Promise.all(heard)).every((each) => each === 'heard'));
    assert.deepEqual(made, [7]);
  });

  test('of a cached beginning nobody says it is all there', async () => {
    const { ask, next } = open();
    const once = hear(ask('a'), 1);
    await next();
    await once;
    const orders = ask('b');
    await hear(orders, 1);
    assert.deepEqual(orders.plan(), { cache: 'partial', startsInMs: 0 });
    const rest = hear(orders, 2);
    await next();
    await rest;
    orders.finish();
    assert.equal(orders.outcome(), 'partial');
    assert.deepEqual(orders.spent(), { busyMs: 20, soundMs: 100 });
  });
});

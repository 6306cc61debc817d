import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Admission, type AdmissionLimits } from '../../src/dispatch/admission.ts';
import { Allowance } from '../../src/dispatch/allowance.ts';
import { Demand } from '../../src/dispatch/demand.ts';
import { Margin } from '../../src/dispatch/margin.ts';
import { Slots } from '../../src/dispatch/slots.ts';
import { Speed } from '../../src/dispatch/speed.ts';
import { LangduError } from '../../src/errors.ts';

const asked = { voice: 'a', lane: 'interactive', caller: 'a', due: 0 } as const;

function measured(): Speed {
  const speed = new Speed();
  speed.observe('a', 100, 100, 1000);
  speed.observeBegin('a', 20);
  return speed;
}

/** One worker, so busy with eight requests that the next begins in eight seconds. */
async function busy(limits: AdmissionLimits): Promise<Admission> {
  const speed = measured();
  const slots = new Slots(1, speed);
  for (let i = 0; i < 8; i += 1) {
    const order = { ...asked, cost: 1000, demand: new Demand(1000), first: true };
    await slots.take(order, new AbortController().signal).slot;
  }
  return new Admission(slots, speed, limits);
}

function refusal(admission: Admission, deadlineMs?: number): LangduError {
  try {
    admission.ask(asked, deadlineMs);
  } catch (error) {
    assert.ok(error instanceof LangduError);
    return error;
  }
  throw new Error('it was admitted');
}

suite('admission', () => {
  test('refuses who would begin too late, and says when to come back', async () => {
    const admission = await busy({ longestWaitMs: 1000 });
    const error = refusal(admission);
    assert.equal(error.code, 'overloaded');
    // Three times the eight seconds predicted, until it is known how well that holds; less the second that is allowed.
    assert.equal(error.params.retryAfter, 24);
    const { startsInMs } = admission.ask(asked, 60_000);
    // Three times the 20 ms that a start takes, and what others may add to it.
    assert.equal(startsInMs, 24_360);
    assert.equal(admission.ask({ ...asked, lane: 'batch' }, undefined).startsInMs > 0, true);
    assert.equal(refusal(admission, 0).params.retryAfter, 25);
  });

  test('promises more when it had promised too much, and less when too little', async () => {
    const admission = await busy({});
    const before = admission.ask(asked, undefined);
    before.began(before.startsInMs + 5000);
    const after = admission.ask(asked, undefined);
    assert.ok(after.startsInMs > before.startsInMs, `${after.startsInMs}`);
    for (let i = 0; i < 300; i += 1) after.began(1000);
    assert.ok(admission.ask(asked, undefined).startsInMs < before.startsInMs);
  });

  test('promises who has others beside him more, and less again when they turn out not to hold him up', () => {
    const speed = measured();
    const slots = new Slots(4, speed);
    const admission = new Admission(slots, speed, {});
    assert.equal(admission.ask(asked, undefined).startsInMs, 60);
    slots.take({ ...asked, cost: 1000, demand: new Demand(1000), first: true }, new AbortController().signal);
    const beside = admission.ask(asked, undefined);
    assert.equal(beside.startsInMs, 360);
    beside.began(361);
    assert.equal(admission.ask(asked, undefined).startsInMs, 410);
    assert.equal(admission.ask(asked, 100).startsInMs, 100, 'never more than what it is let in for');
    for (let i = 0; i < 1000; i += 1) beside.began(30);
    assert.equal(admission.ask(asked, undefined).startsInMs, 210, 'a burst is over before it teaches anything');
  });

  test('what came of the promises to batch work changes nothing for who listens', async () => {
    const admission = await busy({});
    const before = admission.ask(asked, undefined).startsInMs;
    for (let i = 0; i < 20; i += 1) admission.ask({ ...asked, lane: 'batch' }, undefined).began(1e6);
    assert.equal(admission.ask(asked, undefined).startsInMs, before);
  });
});

/** Requests one after the other, each measured when it is let in: which were. */
async function oneByOne(speed: Speed, limits: AdmissionLimits, count: number, deadlineMs?: number): Promise<string> {
  const admission = new Admission(new Slots(1, speed), speed, limits);
  let outcomes = '';
  for (let i = 0; i < count; i += 1) {
    try {
      admission.ask(asked, deadlineMs).began(20);
      speed.observeBegin('a', 20);
      outcomes += '+';
    } catch (error) {
      assert.equal((error as LangduError).code, 'overloaded');
      outcomes += '-';
    }
  }
  return outcomes;
}

suite('admission, after starts took long', () => {
  test('one stall is not taken for the rule', async () => {
    const speed = measured();
    speed.observeBegin('a', 15_000);
    assert.ok(speed.beginMs('a') < 40, `${speed.beginMs('a')}`);
  });

  test('a server with nothing to do refuses nobody by its own limit, and knows better afterwards', async () => {
    const speed = measured();
    for (let i = 0; i < 20; i += 1) speed.observeBegin('a', 5_000);
    assert.equal(await oneByOne(speed, { longestWaitMs: 100 }, 50), '+'.repeat(50));
    assert.ok(speed.beginMs('a') < 25, `${speed.beginMs('a')}`);
  });

  test("a request's own deadline is kept, but is tried now and then until it can be met again", async () => {
    const speed = measured();
    for (let i = 0; i < 20; i += 1) speed.observeBegin('a', 5_000);
    const outcomes = await oneByOne(speed, {}, 400, 300);
    assert.ok(outcomes.startsWith(`${'-'.repeat(9)}+-`), outcomes);
    assert.ok(outcomes.endsWith('+'.repeat(100)), outcomes);
    assert.equal(await oneByOne(measured(), {}, 50, 10), '-'.repeat(50), 'sooner than it ever was');
  });
});

/** Numbers from 0 to 1, the same every time: 48271 generates. */
function diceOf(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

suite('an allowance', () => {
  test('is exceeded four times in a thousand', () => {
    const dice = diceOf();
    const allowance = new Allowance();
    let missed = 0;
    const rounds = 20_000;
    for (let i = 0; i < rounds; i += 1) {
      const overMs = 300 * dice() ** 4;
      if (i >= rounds / 2 && overMs > allowance.ms) missed += 1;
      allowance.observe(overMs);
    }
    const share = missed / (rounds / 2);
    assert.ok(share > 0.002 && share < 0.006, `${share}`);
  });
});

suite('a margin', () => {
  test('is exceeded once in a hundred, whatever the predictions are worth', () => {
    // Predictions that are off by a factor of up to four.
    const dice = diceOf();
    const margin = new Margin();
    let missed = 0;
    const rounds = 20_000;
    for (let i = 0; i < rounds; i += 1) {
      const predicted = 10 + 1000 * dice();
      const took = predicted * 4 ** dice();
      if (i >= rounds / 2 && took > margin.promise(predicted)) missed += 1;
      margin.observe(predicted, took);
    }
    const share = missed / (rounds / 2);
    assert.ok(share > 0.005 && share < 0.015, `${share}`);
  });
});

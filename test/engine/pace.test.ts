import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Pace } from '../../src/engine/pace.ts';

/** A clock that stands where it is set, in milliseconds. */
function clockOf(t: TestContext): { now: number } {
  const clock = { now: 1e6 };
  t.mock.method(performance, 'now', () => clock.now);
  return clock;
}

/** The names of these, who is most in need first. */
function inTurn(paces: Readonly<Record<string, Pace>>): string {
  return Object.entries(paces)
    .map(([name, { urgency }]) => ({ name, urgency }))
    .sort((a, b) => a.urgency - b.urgency)
    .map(({ name }) => name)
    .join(', ');
}

/** Has heard so many seconds. */
function heard(seconds: number, lane: 'interactive' | 'batch' = 'interactive'): Pace {
  const pace = new Pace(lane);
  pace.made(seconds);
  return pace;
}

test('a first piece that is due goes before everything, the eldest first', (t) => {
  const clock = clockOf(t);
  const eldest = new Pace('interactive');
  const dry = heard(0.01);
  clock.now += 900;
  const due = new Pace('interactive');
  assert.equal(inTurn({ dry, due, eldest, full: heard(9) }), 'eldest, due, dry, full');
});

test('a first piece that nobody needs yet goes before nobody', (t) => {
  const clock = clockOf(t);
  const early = new Pace('interactive', undefined, 5_000);
  const little = heard(0.5);
  assert.equal(inTurn({ early, little }), 'little, early');
  clock.now += 5_000;
  assert.equal(inTurn({ little, early }), 'early, little');
});

test('who runs dry first is next; who has enough waits, and they go in turn', (t) => {
  const clock = clockOf(t);
  const last = heard(3);
  clock.now += 1;
  const served = heard(30);
  clock.now += 1;
  assert.equal(inTurn({ served, last, some: heard(0.6), little: heard(0.2) }), 'little, some, last, served');
});

test('batch work gives way to all who listen, but it comes due', (t) => {
  const clock = clockOf(t);
  const fresh = new Pace('batch');
  const begun = heard(0.5, 'batch');
  assert.equal(inTurn({ fresh, begun, listens: heard(0.5), full: heard(9) }), 'listens, full, fresh, begun');
  clock.now += 2_600;
  assert.equal(inTurn({ begun, fresh, little: heard(0.9), full: heard(9) }), 'fresh, little, full, begun');
  // Half a second of sound is five seconds to whoever listens to none of it; and it had three to begin in.
  clock.now += 5_000;
  assert.equal(inTurn({ begun, little: heard(0.9), full: heard(9) }), 'begun, little, full');
});

test('it counts what was computed and what came of it', () => {
  const pace = new Pace('interactive');
  pace.made(0.5);
  pace.made(1);
  pace.spent(3);
  pace.spent(4);
  assert.deepEqual([pace.sounds, pace.busy], [1500, 7]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Limiter } from '../../src/audio/limiter.ts';
import { concatenate } from '../../src/float-arrays.ts';
import { peak } from './finished.ts';

const RATE = 16000;
const CEILING = 0.75;

function limited(samples: Float32Array, sizes: readonly number[] = [samples.length]): Float32Array {
  const limiter = new Limiter(RATE, CEILING);
  const parts: Float32Array[] = [];
  for (let at = 0, turn = 0; at < samples.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    parts.push(limiter.push(samples.subarray(at, at + size)));
    at += size;
  }
  return concatenate([...parts, limiter.end()]);
}

/** Noise of a fixed seed, −1 … 1. */
function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

test('what is under the ceiling passes bit for bit, whatever its length', () => {
  for (const length of [0, 1, 10, 79, 80, 81, 5000]) {
    const samples = noise(length).map((value) => value * CEILING);
    assert.deepEqual(limited(samples), samples);
  }
});

test('nothing passes the ceiling, and the length is kept', () => {
  const bursts = noise(40000).map((value, i) => value * (i % 9000 < 3000 ? 4 : 0.3));
  const single = new Float32Array(1000);
  single[500] = 30;
  for (const samples of [bursts, single, noise(50).map((value) => value * 9), Float32Array.of(5)]) {
    const out = limited(samples);
    assert.equal(out.length, samples.length);
    assert.ok(peak(out) <= CEILING, `${peak(out)}`);
    assert.ok(peak(out) > 0.5 * CEILING, 'it limits, it does not mute');
  }
});

test('how samples are cut changes nothing, whether quiet or loud', () => {
  const samples = noise(30000).map((value, i) => value * (i % 7000 < 900 ? 3 : 0.5));
  const whole = limited(samples);
  // The first is longer than any quiet stretch, so every sample goes the long way.
  for (const sizes of [[1], [79], [80, 81], [160, 3, 1200], [500]]) assert.deepEqual(limited(samples, sizes), whole);
});

test('the gain moves in ramps: a steady sound under a burst has no step', () => {
  const samples = new Float32Array(2 * RATE).fill(0.125);
  samples.fill(2, 8000, 8010);
  const out = limited(samples);
  for (let i = 1; i < out.length; i += 1) {
    if (samples[i] !== 0.125 || samples[i - 1] !== 0.125) continue;
    assert.ok(Math.abs(out[i]! - out[i - 1]!) < 0.002, `${i}`);
  }
  assert.equal(out.at(-1), 0.125, 'and it comes back');
});

test('what is not a number is silence', () => {
  const samples = Float32Array.of(0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.25);
  assert.deepEqual(limited(samples), Float32Array.of(0.5, 0, 0, 0, 0.25));
});

test('cuts change nothing', () => {
  const samples = noise(20000).map((value) => value * 3);
  assert.deepEqual(limited(samples, [1, 500, 3, 77]), limited(samples));
});

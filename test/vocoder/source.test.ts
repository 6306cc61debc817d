import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { SourceSpec } from '../../src/vocoder/model.ts';
import { Random } from '../../src/vocoder/random.ts';
import { Source, splitPitch } from '../../src/vocoder/source.ts';
import { deviation } from '../importer/against-reference.ts';

const HOP = 200;

function source(weights: readonly number[], seed = 1): Source {
  const spec: SourceSpec = { samplingRate: 16000, weights, bias: 0, f0: { scale: 1, offset: 0 } };
  return new Source(spec, HOP, seed);
}

function steady(hertz: number, frames: number, voiced: 0 | 1 = 1) {
  return { f0: new Float32Array(frames).fill(hertz), voiced: new Float32Array(frames).fill(voiced) };
}

/** Amplitude and phase of a sinusoid in the samples from `first` on, `first` counted from the start of the sound. */
function component(samples: Float32Array, first: number, hertz: number): { amplitude: number; phase: number } {
  let sine = 0;
  let cosine = 0;
  samples.forEach((value, n) => {
    const angle = 2 * Math.PI * ((((first + n + 1) * hertz) / 16000) % 1);
    sine += value * Math.sin(angle);
    cosine += value * Math.cos(angle);
  });
  return { amplitude: (2 * Math.hypot(sine, cosine)) / samples.length, phase: Math.atan2(cosine, sine) };
}

suite('the excitation', () => {
  test('is a sine of amplitude 0.1 at f0 whose phase has not drifted after ten minutes', () => {
    const sound = source([1]);
    for (let minute = 0; minute < 10; minute += 1) sound.push(steady(220.5, 60 * 80));
    const late = sound.push(steady(220.5, 160)); // two seconds
    const { amplitude, phase } = component(late, 10 * 60 * 16000, 220.5);
    assert.ok(Math.abs(amplitude - 0.1) < 2e-3, `amplitude ${amplitude}`);
    assert.ok(Math.abs(phase) < 5e-3, `phase ${phase}`);
  });

  test('is tanh of each sample, its phase counted on from frame to frame as f0 changes', () => {
    const spec: SourceSpec = { samplingRate: 16000, weights: [6], bias: 0.2, f0: { scale: 1, offset: 0 } };
    const f0 = Float32Array.of(110, 180.5, 95, 240);
    const made = new Source(spec, HOP, 7).push({ f0, voiced: Float32Array.of(1, 1, 0, 1) });
    const random = new Random(7);
    let cycles = 0;
    made.forEach((value, n) => {
      const frame = Math.floor(n / HOP);
      cycles += f0[frame]! / 16000;
      const draw = 6 * random.normal();
      const sine = 0.1 * 6 * Math.sin(2 * Math.PI * (cycles % 1));
      const expected = Math.tanh((frame === 2 ? (0.1 / 3) * draw : sine + 0.003 * draw) + 0.2);
      assert.ok(Math.abs(value - expected) < 1e-7, `sample ${n}: ${value}, not ${expected}`);
    });
  });

  test('has every harmonic with its weight', () => {
    const weights = [0.5, -0.25, 0.125, 0, 0.75];
    const sound = source(weights).push(steady(150, 800));
    // tanh bends the sum a little.
    weights.forEach((weight, h) => {
      const { amplitude } = component(sound, 0, 150 * (h + 1));
      assert.ok(Math.abs(amplitude - 0.1 * Math.abs(weight)) < 2e-3, `harmonic ${h}: ${amplitude}`);
    });
  });

  test('is noise of deviation 0.1 / 3 where nothing is voiced, times the weights together, and 0.003 beside the sine', () => {
    const weights = [0.3, 0.4];
    const quiet = source(weights).push(steady(100, 400, 0));
    assert.ok(Math.abs(deviation(quiet) - (0.5 * 0.1) / 3) < 5e-4, `${deviation(quiet)}`);
    const none = source([0.6, 0.8]).push({ f0: new Float32Array(400), voiced: new Float32Array(400).fill(1) });
    assert.ok(Math.abs(deviation(none) - 0.003) < 2e-4, `${deviation(none)}`);
  });

  test('is the same for a seed whatever the pieces, and another for another seed', () => {
    const pitch = steady(180, 30);
    const whole = source([1, 0.5], 7).push(pitch);
    const pieces = source([1, 0.5], 7);
    const joined = [1, 9, 20].flatMap((count) => [...pieces.push(steady(180, count))]);
    assert.deepEqual(Float32Array.from(joined), whole);
    assert.notDeepEqual(source([1, 0.5], 8).push(pitch), whole);
  });

  test('f0 is at least 30 Hz before the factor, and voicing is cut at 0.6', () => {
    const spec: SourceSpec = { samplingRate: 16000, weights: [1], bias: 0, f0: { scale: 40, offset: 200 } };
    const frames = Float32Array.of(1, 2, 0.5, 0.6, 3, 4, -10, 0.599);
    const { mel, pitch } = splitPitch(frames, 2, spec, 1.5);
    assert.deepEqual([...mel], [1, 2, 3, 4]);
    assert.deepEqual([...pitch.f0], [330, 45]);
    // 0.6 as a float32 is a little more than 0.6.
    assert.deepEqual([...pitch.voiced], [1, 0]);
  });
});

test("a pitch factor is the excitation's, exactly", () => {
  const spec: SourceSpec = { samplingRate: 16000, weights: [1], bias: 0, f0: { scale: 40, offset: 200 } };
  const frames = Float32Array.from({ length: 3 * 400 }, (_, index) => [7, 0.5, 1][index % 3]!); // one mel column, 220 Hz, voiced
  for (const factor of [0.5, 1, 1.3, 2]) {
    const { pitch } = splitPitch(frames, 1, spec, factor);
    const { amplitude, phase } = component(new Source(spec, HOP, 1).push(pitch), 0, 220 * factor);
    assert.ok(Math.abs(amplitude - 0.1) < 2e-3 && Math.abs(phase) < 5e-3, `${factor}: ${amplitude} at ${phase}`);
  }
});

suite('the random numbers', () => {
  test('are uniform and normal enough', () => {
    const random = new Random(3);
    const uniform = Array.from({ length: 40_000 }, () => random.uniform());
    assert.ok(uniform.every((value) => value >= 0 && value < 1));
    assert.ok(Math.abs(deviation(uniform) - Math.sqrt(1 / 12)) < 5e-3);
    const normal = Array.from({ length: 40_000 }, () => random.normal());
    assert.ok(Math.abs(deviation(normal) - 1) < 0.02);
    assert.ok(Math.abs(normal.reduce((sum, value) => sum + value, 0) / normal.length) < 0.02);
    const beyond = normal.filter((value) => Math.abs(value) > 1.96).length / normal.length;
    assert.ok(Math.abs(beyond - 0.05) < 0.005, `${beyond}`);
  });

  test('all 48 bits of a seed count', () => {
    const first = (seed: number) => new Random(seed).uniform();
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 47, 2 ** 48 - 1];
    assert.equal(new Set(seeds.map(first)).size, seeds.length);
    assert.equal(first(12345), first(12345));
  });
});

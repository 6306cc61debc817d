import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { activation, quantiseBias, quantiseKernel } from '../../../src/importer/int8/arithmetic.ts';
import { chooseUnits } from '../../../src/importer/int8/choose.ts';
import { Histogram } from '../../../src/importer/int8/histogram.ts';
import { Random } from '../../../src/vocoder/random.ts';

function normals(count: number, seed = 1): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

suite('the arithmetic of int8', () => {
  test('an activation spans its range in 255 steps, and zero is one of them', () => {
    for (const range of [
      { min: -0.3, max: 2.7 },
      { min: 0.5, max: 2 },
      { min: -3, max: -1 },
      { min: 0, max: 0 },
    ]) {
      const { scale, zero } = activation(range);
      assert.ok(Number.isInteger(zero) && zero >= 0 && zero <= 255);
      assert.equal(Math.fround(scale), scale);
      assert.ok((255 - zero) * scale >= range.max - scale && -zero * scale <= range.min + scale);
    }
    assert.deepEqual(activation({ min: -1, max: 1.55 }), { scale: Math.fround(0.01), zero: 100 });
  });

  test('weights lie within half a step of what is stored, but for those that are clipped', () => {
    const shape = [4, 6, 1, 5];
    const weights = normals(120);
    const { data, scales } = quantiseKernel(weights, shape);
    let within = 0;
    weights.forEach((value, index) => {
      const scale = scales[Math.floor(index / 30)]!;
      if (Math.abs(value - data[index]! * scale) <= scale * 0.5001) within += 1;
    });
    assert.ok(within >= 110, `${within} of 120`);
  });

  test('neighbours of a tap never exceed what 16 bits hold with an activation of 255', () => {
    const shape = [3, 8, 1, 7];
    // All of one size: both of every pair would be 127.
    const { data, scales } = quantiseKernel(new Float32Array(168).fill(0.5), shape);
    for (let out = 0; out < 3; out += 1) {
      for (let inner = 0; inner < 8; inner += 2) {
        for (let tap = 0; tap < 7; tap += 1) {
          const a = data[(out * 8 + inner) * 7 + tap]!;
          const b = data[(out * 8 + inner + 1) * 7 + tap]!;
          assert.ok(Math.abs(255 * (a + b)) < 2 ** 15, `${a} + ${b}`);
        }
      }
      assert.ok(Math.abs(data[out * 56]! * scales[out]! - 0.5) < 0.01);
    }
  });

  test('a channel of zeros is zeros, and each channel has a scale of its own', () => {
    const { data, scales } = quantiseKernel(Float32Array.of(0, 0, 4, 2, 0.04, -0.02), [3, 2, 1, 1]);
    assert.deepEqual([...data.subarray(0, 2)], [0, 0]);
    assert.ok(scales[1]! > 50 * scales[2]!);
    assert.ok(scales.every((scale) => scale > 0));
  });

  test('a bias is stored in units of input scale times weight scale', () => {
    const offsets = quantiseBias(Float32Array.of(1, -2), { scale: 0.5, zero: 3 }, Float32Array.of(0.25, 0.5));
    assert.deepEqual([...offsets], [8, -8]);
  });

  test('a range is clipped where a rare outlier would cost all others', () => {
    const values = normals(40_000);
    const plain = new Histogram();
    plain.add(values);
    const { min, max } = plain.bestRange();
    assert.ok(max < plain.range.max && max > 2.5 && min > plain.range.min && min < -2.5);
    const even = new Histogram();
    even.add(Float32Array.from({ length: 10_000 }, (_, index) => index / 5000 - 1));
    assert.deepEqual(even.bestRange(), even.range);
  });

  test('a histogram is the same whatever pieces its values come in', () => {
    const values = normals(3000);
    const whole = new Histogram();
    whole.add(values);
    const pieces = new Histogram();
    for (let at = 0; at < 3000; at += 100) pieces.add(values.subarray(at, at + 100));
    assert.deepEqual(pieces.bestRange(), whole.bestRange());
  });
});

suite('the choice of layers', () => {
  const units = [5, 4, 3, 2, 1].map((gain, stage) => ({ stage, layers: [`l${stage}`], gain }));
  const harm = [0.1, 0.9, 0.2, 0.4, 0.1];
  const measure = (chosen: readonly { readonly stage: number }[]) => {
    const median = Math.sqrt(chosen.reduce((sum, { stage }) => sum + harm[stage]! ** 2, 0));
    return { median, p95: 2 * median };
  };

  test('all of them where that stays within the bound', () => {
    assert.equal(chooseUnits(units, 2, measure)!.units.length, 5);
  });

  test('those that gain most for their harm where it does not', () => {
    const choice = chooseUnits(units, 0.3, measure)!;
    assert.deepEqual(
      choice.units.map(({ stage }) => stage),
      [0, 4, 2],
    );
    assert.ok(choice.distance.median <= 0.3);
  });

  test('none where the first already goes beyond', () => {
    assert.equal(chooseUnits(units, 0.05, measure), undefined);
  });
});

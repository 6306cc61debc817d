import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHalf, toHalf } from '../src/half.ts';
import { Random } from '../src/vocoder/random.ts';

/** From the standard: value → binary16. */
const table: readonly (readonly [number, number])[] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff], // the largest
  [65519.996, 0x7bff],
  [65520, 0x7c00], // half way to what would be next: even is infinity
  [1e30, 0x7c00],
  [-1e30, 0xfc00],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [2 ** -14, 0x0400], // the smallest normal
  [2 ** -14 - 2 ** -24, 0x03ff], // the largest subnormal
  [2 ** -14 - 2 ** -25, 0x0400], // a tie that carries into the normals
  [2 ** -24, 0x0001], // the smallest subnormal
  [1.5 * 2 ** -24, 0x0002], // tie: to even, up
  [2.5 * 2 ** -24, 0x0002], // tie: to even, down
  [2 ** -25, 0x0000], // tie: to even, zero
  [-(2 ** -25), 0x8000],
  [2 ** -25 * 1.0001, 0x0001],
  [2 ** -26, 0x0000],
  [1e-40, 0x0000],
  [1 + 2 ** -11, 0x3c00], // tie: to even, down
  [1 + 3 * 2 ** -11, 0x3c02], // tie: to even, up
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
  [2 - 2 ** -11, 0x4000], // a carry into the exponent
  [1 / 3, 0x3555],
  [0.1, 0x2e66],
];

for (const [value, bits] of table) {
  test(`${Object.is(value, -0) ? '-0' : value} is 0x${bits.toString(16).padStart(4, '0')}`, () => {
    assert.equal(toHalf(Float32Array.of(value))[0], bits);
  });
}

test('NaN stays one', () => {
  const bits = toHalf(Float32Array.of(Number.NaN))[0]!;
  assert.equal(bits & 0x7c00, 0x7c00);
  assert.notEqual(bits & 0x03ff, 0);
});

test('every half there is survives the way to float32 and back', () => {
  const halves = Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
  const values = Float32Array.from(halves, valueOfHalf);
  assert.deepEqual([...toHalf(values)], halves);
});

test('every half there is reads as its number', () => {
  for (let bits = 0; bits < 0x10000; bits += 1) {
    const whole = (bits & 0x3ff) === 0 ? (bits & 0x8000 ? -1 : 1) * Number.POSITIVE_INFINITY : Number.NaN;
    assert.equal(fromHalf(bits), (bits & 0x7c00) === 0x7c00 ? whole : valueOfHalf(bits));
  }
});

test('any number goes to a half that none is nearer than', () => {
  const random = new Random(4);
  for (let i = 0; i < 20_000; i += 1) {
    const value = Math.fround((random.uniform() * 2 - 1) * 2 ** (random.uniform() * 40 - 26));
    const bits = toHalf(Float32Array.of(value))[0]!;
    if ((bits & 0x7fff) === 0x7c00) {
      assert.ok(Math.abs(value) >= 65520);
      continue;
    }
    const away = Math.abs(valueOfHalf(bits) - value);
    const neighbours = [bits + 1, bits - 1].filter((each) => each >= 0 && (each & 0x7fff) < 0x7c00);
    for (const each of neighbours) assert.ok(Math.abs(valueOfHalf(each) - value) >= away, `${value}`);
  }
});

function valueOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

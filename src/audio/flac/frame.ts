import { BitWriter } from './bits.ts';
import { crc8, crc16 } from './crc.ts';
import { COEFFICIENT_BITS, fixedResidual, type LinearPredictor, linearPredictor, linearResidual } from './predict.ts';
import { planRice, type RicePlan, writeRice } from './rice.ts';

const SAMPLE_BITS = 16;
const rateCodes: Readonly<Record<number, number>> = {
  8000: 4,
  16000: 5,
  22050: 6,
  24000: 7,
  32000: 8,
  44100: 9,
  48000: 10,
};

/** One way to write a block: its predictor, what that leaves, and what all of it costs. */
interface Candidate {
  readonly order: number;
  readonly predictor?: LinearPredictor;
  readonly residual: Int32Array;
  readonly rice: RicePlan;
  readonly bits: number;
}

/**
 * One frame of a mono 16-bit stream (RFC 9639, 9).
 *
 * @param samples one block
 * @param index which block of the stream
 */
export function flacFrame(samples: Int16Array, index: number, sampleRate: number): Uint8Array {
  const bits = new BitWriter();
  bits.write(0xfff8, 16); // sync; every block but the last is of one size
  bits.write(7, 4); // the size follows, in 16 bits
  bits.write(rateCodes[sampleRate] ?? 0, 4);
  bits.write(0, 4); // mono
  bits.write(4, 3); // 16 bits
  bits.write(0, 1);
  for (const byte of codedNumber(index)) bits.write(byte, 8);
  bits.write(samples.length - 1, 16);
  bits.write(crc8(bits.bytes()), 8);
  writeSubframe(bits, samples);
  bits.align();
  bits.write(crc16(bits.bytes()), 16);
  return bits.bytes().slice();
}

function writeSubframe(bits: BitWriter, samples: Int16Array): void {
  if (samples.every((sample) => sample === samples[0])) {
    bits.write(0b0_000000_0, 8);
    bits.write(samples[0]!, SAMPLE_BITS);
    return;
  }
  const best = candidates(samples).reduce((a, b) => (b.bits < a.bits ? b : a));
  if (best.bits >= samples.length * SAMPLE_BITS) {
    bits.write(0b0_000001_0, 8);
    for (const sample of samples) bits.write(sample, SAMPLE_BITS);
    return;
  }
  const { order, predictor, residual, rice } = best;
  bits.write((predictor === undefined ? 0b001000 | order : 0b100000 | (order - 1)) << 1, 8);
  for (let i = 0; i < order; i += 1) bits.write(samples[i]!, SAMPLE_BITS);
  if (predictor !== undefined) {
    bits.write(COEFFICIENT_BITS - 1, 4);
    bits.write(predictor.shift, 5);
    for (const coefficient of predictor.coefficients) bits.write(coefficient, COEFFICIENT_BITS);
  }
  writeRice(bits, residual, samples.length, order, rice);
}

function candidates(samples: Int16Array): Candidate[] {
  const found: Candidate[] = [];
  const add = (order: number, residual: Int32Array, predictor?: LinearPredictor) => {
    const rice = planRice(residual, samples.length, order);
    const bits = order * SAMPLE_BITS + rice.bits + (predictor === undefined ? 0 : 9 + order * COEFFICIENT_BITS);
    found.push({ order, residual, rice, bits, ...(predictor === undefined ? {} : { predictor }) });
  };
  const fixed = [0, 1, 2, 3, 4].filter((order) => order < samples.length).map((order) => fixedResidual(samples, order));
  const smallest = fixed.map(magnitude).reduce((best, size, order, all) => (size < all[best]! ? order : best), 0);
  add(smallest, fixed[smallest]!);
  const predictor = linearPredictor(samples);
  if (predictor !== undefined) add(predictor.coefficients.length, linearResidual(samples, predictor), predictor);
  return found;
}

function magnitude(residual: Int32Array): number {
  let sum = 0;
  for (const value of residual) sum += Math.abs(value);
  return sum / residual.length;
}

/** A number in UTF-8's scheme, carried on to 36 bits. */
function codedNumber(value: number): number[] {
  if (value < 0x80) return [value];
  const tail: number[] = [];
  let left = value;
  let room = 0x40;
  do {
    tail.unshift(0x80 | (left % 64));
    left = Math.floor(left / 64);
    room >>= 1;
  } while (left >= room);
  return [((0xff00 >> (tail.length + 1)) & 0xff) | left, ...tail];
}

/** The arithmetic of static int8: real = (stored − zero) · scale, as ONNX's QuantizeLinear has it. */

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** How an activation is stored: uint8. */
export interface Activation {
  readonly scale: number;
  readonly zero: number;
}

/** uint8 over a range. Zero, which is what padding is, has a code of its own, so the range is widened to hold it. */
export function activation({ min, max }: Range): Activation {
  const low = Math.min(min, 0);
  const high = Math.max(max, 0);
  const scale = Math.fround(high > low ? (high - low) / 255 : 1);
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-low / scale))) };
}

export interface QuantisedKernel {
  /** `[out, …]`, as the weights were. */
  readonly data: Int8Array;
  /** One an output channel. */
  readonly scales: Float32Array;
}

/** Largest sum of two weights that meet in one 16-bit lane: 255 · 128 < 2¹⁵. */
const PAIR_LIMIT = 128;
/** Multiples of the scale that just holds a channel's largest weight: below 1 clips it, above leaves room for pairs. */
const TRIALS = Array.from({ length: 31 }, (_, step) => 2 - step / 20);

/**
 * Weights `[out, inner, 1, width]` to int8, symmetric, one scale an output channel: the one of least squared error
 * among several.
 *
 * Processors without VNNI multiply uint8 by int8 with `vpmaddubsw`, which adds neighbours of a pair in 16 bits and
 * saturates: 255 · (127 + 127) would not fit. Neighbours are two input channels of one tap (ONNX Runtime packs channels
 * last), so pairs are kept below that limit, and every processor computes the same sums.
 */
export function quantiseKernel(weights: Float32Array, shape: readonly number[]): QuantisedKernel {
  const [out, inner] = shape as [number, number];
  const row = weights.length / out;
  const taps = row / inner;
  const data = new Int8Array(weights.length);
  const scales = new Float32Array(out);
  const trial = new Int8Array(row);
  for (let channel = 0; channel < out; channel += 1) {
    const from = weights.subarray(channel * row, (channel + 1) * row);
    const largest = from.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (largest === 0) {
      scales[channel] = 1;
      continue;
    }
    let least = Number.POSITIVE_INFINITY;
    for (const trialScale of TRIALS) {
      const scale = Math.fround((largest * trialScale) / 127);
      const error = roundRow(from, scale, taps, trial);
      if (error >= least) continue;
      least = error;
      scales[channel] = scale;
      data.set(trial, channel * row);
    }
  }
  return { data, scales };
}

/** Rounds one output channel's weights `[inner, taps]`; yields the squared error. */
function roundRow(weights: Float32Array, scale: number, taps: number, into: Int8Array): number {
  for (let i = 0; i < weights.length; i += 1) {
    into[i] = Math.max(-127, Math.min(127, Math.round(weights[i]! / scale)));
  }
  for (let first = 0; first + taps < weights.length; first += 2 * taps) {
    for (let tap = first; tap < first + taps; tap += 1) keepPair(into, tap, tap + taps);
  }
  let error = 0;
  for (let i = 0; i < weights.length; i += 1) error += (weights[i]! - into[i]! * scale) ** 2;
  return error;
}

/** Takes the excess of a pair off both, which is where it costs least. */
function keepPair(values: Int8Array, a: number, b: number): void {
  const sum = values[a]! + values[b]!;
  const excess = Math.abs(sum) - PAIR_LIMIT;
  if (excess <= 0) return;
  const sign = Math.sign(sum);
  const half = Math.floor(excess / 2);
  values[a]! -= sign * (excess - half);
  values[b]! -= sign * half;
}

/** A bias as ONNX Runtime adds it: int32 in units of input scale · weight scale. */
export function quantiseBias(bias: Float32Array, input: Activation, scales: Float32Array): Int32Array {
  return Int32Array.from(bias, (value, channel) => {
    const unit = Math.fround(input.scale * scales[channel]!);
    return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(value / unit)));
  });
}

/** How far apart two recordings of one sentence sound, on a log-mel scale. */

const BANDS = 80;
/** Below the sentence's loudest band: what lies deeper is heard by nobody beside it. dB */
const FLOOR = 60;

export interface MelDistance {
  /** Over frames, of the mean |Δ| over bands. dB */
  readonly median: number;
  readonly p95: number;
}

/**
 * Log-mel of samples, `[frames, 80]` in dB of power: Hann windows of a power of two near 64 ms, hop a quarter of it, 80
 * triangles spaced evenly on the mel scale (2595 · log10(1 + f / 700)) from 0 to half the sample rate.
 */
export function logMel(samples: Float32Array, sampleRate: number): Float32Array {
  const size = 2 ** Math.round(Math.log2(0.064 * sampleRate));
  const hop = size / 4;
  const filters = melFilters(size, sampleRate);
  const window = Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
  const frames = Math.max(1, Math.ceil(samples.length / hop));
  const out = new Float32Array(frames * BANDS);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let frame = 0; frame < frames; frame += 1) {
    const start = frame * hop - size / 2;
    for (let n = 0; n < size; n += 1) re[n] = (samples[start + n] ?? 0) * window[n]!;
    im.fill(0);
    transform(re, im);
    filters.forEach(({ first, weights }, band) => {
      let power = 0;
      weights.forEach((weight, k) => {
        power += weight * (re[first + k]! ** 2 + im[first + k]! ** 2);
      });
      out[frame * BANDS + band] = 10 * Math.log10(Math.max(power, 1e-20));
    });
  }
  return out;
}

/** Mean |Δ| over the bands of each frame; both floored 60 dB below the reference's loudest band. */
export function frameDistances(reference: Float32Array, other: Float32Array): Float32Array {
  const floor = reference.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) - FLOOR;
  const frames = Math.min(reference.length, other.length) / BANDS;
  return Float32Array.from({ length: frames }, (_, frame) => {
    let sum = 0;
    for (let i = frame * BANDS; i < (frame + 1) * BANDS; i += 1) {
      sum += Math.abs(Math.max(reference[i]!, floor) - Math.max(other[i]!, floor));
    }
    return sum / BANDS;
  });
}

/** Of the frames of several sentences together. */
export function melDistance(distances: readonly Float32Array[]): MelDistance {
  const sorted = Float32Array.from(distances.flatMap((each) => [...each])).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}

interface Filter {
  readonly first: number;
  readonly weights: Float64Array;
}

function melFilters(size: number, sampleRate: number): Filter[] {
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const hertz = (value: number) => 700 * (10 ** (value / 2595) - 1);
  const top = mel(sampleRate / 2);
  const bin = (edge: number) => (hertz((top * edge) / (BANDS + 1)) * size) / sampleRate;
  return Array.from({ length: BANDS }, (_, band) => {
    const [low, middle, high] = [bin(band), bin(band + 1), bin(band + 2)];
    const first = Math.floor(low);
    const last = Math.min(size / 2, Math.ceil(high));
    // A triangle narrower than a bin would see nothing: it has at least the bin nearest to its middle.
    const weights = Float64Array.from({ length: last - first + 1 }, (_, k) =>
      Math.max(
        0,
        Math.min((first + k - low) / (middle - low), (high - first - k) / (high - middle)),
        first + k === Math.round(middle) ? 0.5 : 0,
      ),
    );
    return { first, weights };
  });
}

/** Discrete Fourier transform in place, radix 2. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i += 1) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let span = 2; span <= size; span *= 2) {
    const half = span / 2;
    for (let k = 0; k < half; k += 1) {
      const c = Math.cos((-2 * Math.PI * k) / span);
      const s = Math.sin((-2 * Math.PI * k) / span);
      for (let a = k; a < size; a += span) {
        const b = a + half;
        const x = re[b]! * c - im[b]! * s;
        const y = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}

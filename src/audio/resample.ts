import { bessel0 } from './bessel.ts';

/**
 * Kaiser's figures for a filter whose stop band is 100 dB down, with the pass band reaching to 91 % of the lower
 * Nyquist frequency. The stop band begins exactly there, so nothing folds back. (Kaiser 1974; Oppenheim & Schafer,
 * 7.5.)
 */
const ATTENUATION = 100;
const PASS_BAND = 0.91;
const BETA = 0.1102 * (ATTENUATION - 8.7);

/** A bank of filters, one for each place an output sample can have between two input samples. */
interface FilterBank {
  /** Output rate over input rate is `up / down` in lowest terms; there are `up` phases. */
  readonly up: number;
  readonly down: number;
  /** Taps on each side of an output sample. */
  readonly reach: number;
  /** `[up, 2 * reach]`, each phase summing to 1. */
  readonly taps: Float32Array;
}

const banks = new Map<string, FilterBank>();

/**
 * Changes the sample rate of a stream by a band-limited, linear-phase polyphase filter without delay: output sample `k`
 * stands at the time of input sample `k · from / to`. Every output sample is the same sum whatever the pieces were, and
 * `n` samples become exactly `round(n · to / from)`.
 */
export class Resampler {
  readonly #bank: FilterBank;
  readonly #ratio: number;
  /** Input from `#origin` on; silence stands before sample 0. */
  #held: Float32Array;
  #origin: number;
  #heldLength: number;
  #read = 0;
  #written = 0;

  constructor(from: number, to: number) {
    this.#bank = filterBank(from, to);
    this.#ratio = to / from;
    const before = this.#bank.reach - 1;
    this.#held = new Float32Array(4096 + 2 * this.#bank.reach);
    this.#origin = -before;
    this.#heldLength = before;
  }

  /** @returns the output samples that are settled by now. */
  push(samples: Float32Array): Float32Array {
    this.#read += samples.length;
    this.#hold(samples, samples.length);
    const { up, down, reach } = this.#bank;
    // The last output sample whose taps all stand on samples that are here.
    const last = this.#read - 1 - reach;
    return this.#upTo(last < 0 ? 0 : Math.floor((last * up + up - 1) / down) + 1);
  }

  /** The rest; silence stands behind the last sample. */
  end(): Float32Array {
    const total = Math.round(this.#read * this.#ratio);
    this.#hold(undefined, this.#bank.reach + 1);
    return this.#upTo(total);
  }

  #hold(samples: Float32Array | undefined, count: number): void {
    const length = this.#heldLength + count;
    if (length > this.#held.length) {
      const wider = new Float32Array(2 ** Math.ceil(Math.log2(length)));
      wider.set(this.#held.subarray(0, this.#heldLength));
      this.#held = wider;
    }
    if (samples === undefined) this.#held.fill(0, this.#heldLength, length);
    else this.#held.set(samples, this.#heldLength);
    this.#heldLength = length;
  }

  /** Output samples from the next one to before `end`; then forgets the input they alone needed. */
  #upTo(end: number): Float32Array {
    const { up, down, reach, taps } = this.#bank;
    const held = this.#held;
    const width = 2 * reach;
    const out = new Float32Array(Math.max(0, end - this.#written));
    for (let k = 0; k < out.length; k += 1) {
      const place = (this.#written + k) * down;
      const whole = Math.floor(place / up);
      const filter = (place - whole * up) * width;
      const start = whole - reach + 1 - this.#origin;
      // Four sums side by side: one alone would wait for each addition. The width is a multiple of four.
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let i = 0; i < width; i += 4) {
        a += taps[filter + i]! * held[start + i]!;
        b += taps[filter + i + 1]! * held[start + i + 1]!;
        c += taps[filter + i + 2]! * held[start + i + 2]!;
        d += taps[filter + i + 3]! * held[start + i + 3]!;
      }
      out[k] = a + b + (c + d);
    }
    this.#written += out.length;
    const needed = Math.floor((this.#written * down) / up) - reach + 1 - this.#origin;
    const spent = Math.min(Math.max(0, needed), this.#heldLength);
    held.copyWithin(0, spent, this.#heldLength);
    this.#origin += spent;
    this.#heldLength -= spent;
    return out;
  }
}

function filterBank(from: number, to: number): FilterBank {
  const divisor = commonDivisor(from, to);
  const [up, down] = [to / divisor, from / divisor];
  const key = `${up}/${down}`;
  const made = banks.get(key) ?? makeBank(up, down);
  banks.set(key, made);
  return made;
}

function makeBank(up: number, down: number): FilterBank {
  // Frequencies are fractions of the input's Nyquist frequency.
  const stop = Math.min(1, up / down);
  const transition = (1 - PASS_BAND) * stop;
  const cutoff = stop - transition / 2;
  const reach = 2 * Math.ceil((ATTENUATION - 7.95) / (2.285 * Math.PI * transition) / 4);
  const width = 2 * reach;
  const taps = new Float32Array(up * width);
  for (let phase = 0; phase < up; phase += 1) {
    const row = new Float64Array(width);
    let sum = 0;
    for (let i = 0; i < width; i += 1) {
      const time = i - reach + 1 - phase / up;
      row[i] = sinc(cutoff * time) * kaiser(time / reach);
      sum += row[i]!;
    }
    // Every phase passes a constant alike: otherwise a steady level would come out with a faint tone on it.
    for (let i = 0; i < width; i += 1) taps[phase * width + i] = row[i]! / sum;
  }
  return { up, down, reach, taps };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window over −1 … 1. */
function kaiser(x: number): number {
  return Math.abs(x) > 1 ? 0 : bessel0(BETA * Math.sqrt(1 - x * x)) / bessel0(BETA);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

import type { Scratch } from '../scratch.ts';

/**
 * How long before a peak the gain starts to fall, and how fast it comes back: slow enough not to be heard as
 * distortion.
 */
const LOOK_AHEAD_SECONDS = 0.005;
const RELEASE_SECONDS = 0.08;

/** Where peaks end once a level is raised: one decibel under full scale, as EBU R 128 has it. */
export const RAISED_CEILING = 10 ** (-1 / 20);

/** Above this the gain is on its way back to 1 by less than a 16-bit step. */
const SETTLED = 0.99999;

/**
 * Keeps a stream under a ceiling without clipping: the gain falls in a ramp that is complete when the peak comes, and
 * recovers slowly. What needs no reduction passes bit for bit, `delay` samples late.
 *
 * The gain is the mean, over the look-ahead, of the smallest gain that any sample in the look-ahead needs, so it is
 * never more than the sample it meets can bear.
 */
export class Limiter {
  readonly #ceiling: number;
  readonly #length: number;
  readonly #release: number;
  /** Rings of the last `#length` samples, and of the gains they are averaged from. */
  readonly #samples: Float32Array;
  readonly #gains: Float64Array;
  /** The sliding minimum: places and needs, each need less than all that stand before it. */
  readonly #places: Float64Array;
  readonly #needs: Float64Array;
  #first = 0;
  #count = 0;
  #recovering = 1;
  #sum: number;
  /** Samples since a gain below 1 last entered the mean. */
  #calm: number;
  #at = 0;

  constructor(sampleRate: number, ceiling: number) {
    this.#ceiling = ceiling;
    this.#length = Math.max(1, Math.round(LOOK_AHEAD_SECONDS * sampleRate));
    this.#release = 1 - Math.exp(-1 / (RELEASE_SECONDS * sampleRate));
    this.#samples = new Float32Array(this.#length);
    this.#gains = new Float64Array(this.#length).fill(1);
    this.#places = new Float64Array(this.#length + 1);
    this.#needs = new Float64Array(this.#length + 1);
    this.#sum = this.#length;
    this.#calm = this.#length;
  }

  /**
   * @param scratch where they may be returned
   * @returns the samples that nothing to come can change; what is not a finite number is silence.
   */
  push(samples: Float32Array, scratch?: Scratch): Float32Array {
    return this.#isQuiet(samples) ? this.#pass(samples, scratch) : this.#run(samples, samples.length);
  }

  /** The rest. */
  end(): Float32Array {
    return this.#run(undefined, this.#length - 1);
  }

  /** Nothing is being limited, and nothing of these samples has to be: the usual case, and worth a short way. */
  #isQuiet(samples: Float32Array): boolean {
    if (this.#calm < this.#length) return false;
    for (let i = 0; i < samples.length; i += 1) if (!(Math.abs(samples[i]!) <= this.#ceiling)) return false;
    return true;
  }

  /** What `#run` does with quiet samples, without its arithmetic. */
  #pass(samples: Float32Array, scratch: Scratch | undefined): Float32Array {
    const length = this.#length;
    const count = samples.length;
    const late = Math.max(0, Math.min(count, length - 1 - this.#at));
    const out = scratch?.take(count - late) ?? new Float32Array(count - late);
    const held = Math.min(count, length - 1);
    for (let i = late; i < held; i += 1) out[i - late] = this.#samples[(this.#at + i + 1) % length]!;
    out.set(samples.subarray(0, count - held), held - late);
    for (let i = Math.max(0, count - length); i < count; i += 1) this.#samples[(this.#at + i) % length] = samples[i]!;
    this.#at += count;
    this.#calm += count;
    this.#first = 0;
    this.#count = Math.min(1, this.#count + count);
    this.#places[0] = this.#at - 1;
    this.#needs[0] = 1;
    return out;
  }

  #run(samples: Float32Array | undefined, count: number): Float32Array {
    const length = this.#length;
    const late = Math.max(0, Math.min(count, length - 1 - this.#at));
    const out = new Float32Array(count - late);
    for (let i = 0; i < count; i += 1) {
      const sample = samples?.[i] ?? 0;
      const value = Number.isFinite(sample) ? sample : 0;
      const slot = this.#at % length;
      this.#samples[slot] = value;
      this.#average(slot, this.#needed(value));
      if (i >= late) out[i - late] = this.#delayed();
      this.#at += 1;
    }
    return out;
  }

  #delayed(): number {
    const length = this.#length;
    const value = this.#samples[(this.#at + 1) % length]!;
    if (this.#calm >= length) return value;
    const limited = (value * this.#sum) / length;
    return Math.max(-this.#ceiling, Math.min(this.#ceiling, limited)); // rounding alone can exceed it
  }

  /** The smallest gain that any of the last `#length` samples needs. */
  #needed(value: number): number {
    const size = Math.abs(value);
    const need = size > this.#ceiling ? this.#ceiling / size : 1;
    const ring = this.#places.length;
    while (this.#count > 0 && this.#needs[(this.#first + this.#count - 1) % ring]! >= need) this.#count -= 1;
    const end = (this.#first + this.#count) % ring;
    this.#places[end] = this.#at;
    this.#needs[end] = need;
    this.#count += 1;
    if (this.#places[this.#first]! <= this.#at - this.#length) {
      this.#first = (this.#first + 1) % ring;
      this.#count -= 1;
    }
    return this.#needs[this.#first]!;
  }

  #average(slot: number, need: number): void {
    let gain = this.#recovering + (1 - this.#recovering) * this.#release;
    if (gain > SETTLED) gain = 1;
    if (need < gain) gain = need;
    this.#recovering = gain;
    this.#calm = gain === 1 ? this.#calm + 1 : 0;
    this.#sum += gain - this.#gains[slot]!;
    this.#gains[slot] = gain;
    // Rounding errors of a running sum would grow with the stream; a calm stretch sets it right.
    if (this.#calm >= this.#length) this.#sum = this.#length;
  }
}

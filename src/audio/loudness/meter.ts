import { KWeighting } from './k-weighting.ts';

/** BS.1770-4: blocks of 400 ms, a new one every 100 ms. */
export const HOPS_PER_SECOND = 10;
const HOPS_PER_BLOCK = 4;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/** Blocks are kept as a histogram, so that a speech of hours needs no more memory than one of a minute. */
const BINS_PER_UNIT = 10;
const LOUDEST = 10;

/** Integrated loudness (ITU-R BS.1770-4, gated) of a mono stream, at any moment of it. */
export class LoudnessMeter {
  readonly #weighting: KWeighting;
  /** Mean squares of the last hops of a block. */
  readonly #hops: number[] = [];
  readonly #counts = new Float64Array((LOUDEST - ABSOLUTE_GATE) * BINS_PER_UNIT);
  readonly #powers = new Float64Array(this.#counts.length);
  #blocks = 0;
  #sum = 0;
  #samples = 0;

  constructor(sampleRate: number) {
    this.#weighting = new KWeighting(sampleRate);
  }

  /** @param samples 100 ms, or at the end of the stream less */
  hop(samples: Float32Array): void {
    let sum = 0;
    for (const sample of samples) sum += this.#weighting.next(sample) ** 2;
    this.#sum += sum;
    this.#samples += samples.length;
    this.#hops.push(sum / Math.max(1, samples.length));
    if (this.#hops.length > HOPS_PER_BLOCK) this.#hops.shift();
    if (this.#hops.length < HOPS_PER_BLOCK) return;
    const power = this.#hops.reduce((a, b) => a + b) / HOPS_PER_BLOCK;
    const loudness = unitsOf(power);
    if (!(loudness > ABSOLUTE_GATE)) return;
    const bin = Math.min(this.#counts.length - 1, Math.floor((loudness - ABSOLUTE_GATE) * BINS_PER_UNIT));
    this.#counts[bin]! += 1;
    this.#powers[bin]! += power;
    this.#blocks += 1;
  }

  /** In LUFS; of less than a block, ungated; undefined while there is only silence. */
  get integrated(): number | undefined {
    if (this.#blocks === 0) {
      const loudness = this.#hops.length < HOPS_PER_BLOCK ? unitsOf(this.#sum / Math.max(1, this.#samples)) : -Infinity;
      return loudness > ABSOLUTE_GATE ? loudness : undefined;
    }
    const gate = unitsOf(this.#mean(0)) + RELATIVE_GATE;
    return unitsOf(this.#mean(Math.max(0, Math.ceil((gate - ABSOLUTE_GATE) * BINS_PER_UNIT))));
  }

  #mean(from: number): number {
    let count = 0;
    let power = 0;
    for (let bin = from; bin < this.#counts.length; bin += 1) {
      count += this.#counts[bin]!;
      power += this.#powers[bin]!;
    }
    return power / count;
  }
}

function unitsOf(power: number): number {
  return -0.691 + 10 * Math.log10(power);
}

import { type Activation, activation, type Range } from './arithmetic.ts';

const BINS = 2048;
/** Of more values than this every third is counted. */
const MANY = 2 ** 16;
/** Fractions of what was seen that each end of a range is tried at. */
const SHRINKS = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3];

/** How often values of a tensor were seen, over a range that doubles whenever a value falls outside. */
export class Histogram {
  private counts = new Float64Array(BINS);
  /** Bins cover −reach … reach. */
  private reach = 2 ** -10;
  private low = 0;
  private high = 0;

  add(values: Float32Array): void {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i]!;
      if (value < this.low) this.low = value;
      else if (value > this.high) this.high = value;
    }
    while (Math.max(this.high, -this.low) >= this.reach) this.double();
    const { counts, reach } = this;
    const scale = BINS / (2 * reach);
    const step = values.length > MANY ? 3 : 1;
    for (let i = 0; i < values.length; i += step) counts[Math.floor((values[i]! + reach) * scale)]! += 1;
  }

  /** Everything that was seen. */
  get range(): Range {
    return { min: this.low, max: this.high };
  }

  /**
   * The range whose 256 codes leave the least squared error: rounding inside, clipping outside. A few extreme values
   * are worth less than a finer step for all others.
   */
  bestRange(): Range {
    const { min, max } = this.range;
    let best: Range = { min, max };
    let least = Number.POSITIVE_INFINITY;
    for (const lower of min < 0 ? SHRINKS : [1]) {
      for (const upper of max > 0 ? SHRINKS : [1]) {
        const range = { min: min * lower, max: max * upper };
        const error = this.error(activation(range));
        if (error >= least) continue;
        least = error;
        best = range;
      }
    }
    return best;
  }

  private error({ scale, zero }: Activation): number {
    const floor = -zero * scale;
    const ceiling = (255 - zero) * scale;
    const rounding = (scale * scale) / 12;
    const width = (2 * this.reach) / BINS;
    let sum = 0;
    for (let bin = 0; bin < BINS; bin += 1) {
      const count = this.counts[bin]!;
      if (count === 0) continue;
      const value = (bin + 0.5) * width - this.reach;
      const beyond = value < floor ? floor - value : value > ceiling ? value - ceiling : 0;
      sum += count * (rounding + beyond * beyond);
    }
    return sum;
  }

  private double(): void {
    const wider = new Float64Array(BINS);
    for (let bin = 0; bin < BINS; bin += 1) wider[BINS / 4 + (bin >> 1)]! += this.counts[bin]!;
    this.counts = wider;
    this.reach *= 2;
  }
}

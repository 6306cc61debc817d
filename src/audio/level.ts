import { concatenate } from '../float-arrays.ts';
import { Limiter, RAISED_CEILING } from './limiter.ts';

/**
 * A gain on a stream. At 1 or less samples are only multiplied; above, a limiter keeps peaks under the ceiling, and
 * what is pushed comes out its look-ahead later.
 */
export class Level {
  readonly #gain: number;
  readonly #limiter: Limiter | undefined;

  /** @param gain linear, 0 or more */
  constructor(gain: number, sampleRate: number) {
    this.#gain = gain;
    this.#limiter = gain > 1 ? new Limiter(sampleRate, RAISED_CEILING) : undefined;
  }

  /**
   * @param samples may be changed in place
   * @param last nothing comes behind these, so all is returned
   */
  push(samples: Float32Array, last: boolean): Float32Array {
    if (this.#gain !== 1) for (let i = 0; i < samples.length; i += 1) samples[i]! *= this.#gain;
    if (this.#limiter === undefined) return samples;
    const limited = this.#limiter.push(samples);
    return last ? concatenate([limited, this.#limiter.end()]) : limited;
  }
}

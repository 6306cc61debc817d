import { concatenate } from '../../float-arrays.ts';
import { Blocks } from '../blocks.ts';
import { HOPS_PER_SECOND, LoudnessMeter } from './meter.ts';

/** What is heard before the gain is chosen: more would choose it better, and let the first audio wait. */
const HOPS_AHEAD = 10;
/** The gain moves no faster than is heard as a change of level, in decibels a hop. */
const FASTEST = 1;
/** Silence is not raised to speech. */
const HIGHEST_GAIN = 30;

/**
 * Brings a stream to a loudness. The gain is what the target lacks of everything heard so far and a second ahead, gated
 * as BS.1770 gates it, and moves in ramps of 100 ms. The stream comes out a second late.
 */
export class LoudnessLeveller {
  readonly #target: number;
  readonly #meter: LoudnessMeter;
  readonly #blocks: Blocks;
  readonly #ahead: Float32Array[] = [];
  /** In decibels; undefined before anything was loud enough to measure. */
  #gain: number | undefined;

  /** @param target in LUFS */
  constructor(sampleRate: number, target: number) {
    this.#target = target;
    this.#meter = new LoudnessMeter(sampleRate);
    this.#blocks = new Blocks(Math.round(sampleRate / HOPS_PER_SECOND));
  }

  push(samples: Float32Array): Float32Array {
    const ready: Float32Array[] = [];
    for (const hop of this.#blocks.push(samples)) {
      this.#meter.hop(hop);
      this.#ahead.push(hop);
      if (this.#ahead.length > HOPS_AHEAD) ready.push(this.#level(this.#ahead.shift()!));
    }
    return concatenate(ready);
  }

  /** The rest. */
  end(): Float32Array {
    const last = this.#blocks.rest();
    if (last.length > 0) this.#ahead.push(last);
    // A part of a hop makes no block of its own, except where it is all there is.
    if (last.length > 0 && this.#ahead.length === 1) this.#meter.hop(last);
    return concatenate(this.#ahead.splice(0).map((hop) => this.#level(hop)));
  }

  /** In place. */
  #level(hop: Float32Array): Float32Array {
    const loudness = this.#meter.integrated;
    if (loudness === undefined) return hop;
    const wanted = Math.min(HIGHEST_GAIN, this.#target - loudness);
    const before = this.#gain ?? wanted;
    this.#gain = before + Math.max(-FASTEST, Math.min(FASTEST, wanted - before));
    const from = 10 ** (before / 20);
    const step = (10 ** (this.#gain / 20) - from) / hop.length;
    for (let i = 0; i < hop.length; i += 1) hop[i]! *= from + step * (i + 1);
    return hop;
  }
}

import type { Scratch } from '../scratch.ts';

/**
 * The part of an endless signal `[channels, time]` that is still needed: samples enter at the end, and the beginning is
 * forgotten once every window that reads it has passed. Positions are absolute.
 *
 * Between two pieces it holds no more than that: of a sentence that waits for its turn beside forty others, a few
 * samples of context. While a piece is worked on, from `append` to `forget`, its samples are in the scratch.
 */
export class SignalBuffer {
  readonly channels: number;
  private readonly scratch: Scratch;
  /** `[channels, past − first]` */
  private data: Float32Array = new Float32Array(0);
  /** Absolute position of the first sample held, and of the one after the last. */
  private first = 0;
  private past = 0;

  /** @param scratch nobody else's before `forget` */
  constructor(channels: number, scratch: Scratch) {
    this.channels = channels;
    this.scratch = scratch;
  }

  get end(): number {
    return this.past;
  }

  /** Appends samples `from … to` of a block `[channels, width]`. */
  append(block: Float32Array, width: number, from: number, to: number): void {
    const held = this.past - this.first;
    const size = held + to - from;
    const data = this.scratch.take(this.channels * size);
    for (let c = 0; c < this.channels; c += 1) {
      data.set(this.data.subarray(c * held, (c + 1) * held), c * size);
      data.set(block.subarray(c * width + from, c * width + to), c * size + held);
    }
    this.data = data;
    this.past += to - from;
  }

  /** The samples from `from` to `to`, zeros where there are none; not to be written to. `[channels, to − from]` */
  read(from: number, to: number): Float32Array {
    if (from === this.first && to === this.past) return this.data;
    const held = this.past - this.first;
    const count = to - from;
    const out = new Float32Array(this.channels * count);
    const begin = Math.max(from, this.first);
    const end = Math.min(to, this.past);
    for (let c = 0; c < this.channels && end > begin; c += 1) {
      const start = c * held - this.first;
      out.set(this.data.subarray(start + begin, start + end), c * count + begin - from);
    }
    return out;
  }

  /** Nothing before `position` will be read again; what is left is its own from here on. */
  forget(position: number): void {
    const first = Math.max(this.first, Math.min(position, this.past));
    const rest = this.read(first, this.past);
    this.data = rest === this.data ? rest.slice() : rest;
    this.first = first;
  }
}

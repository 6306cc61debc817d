/**
 * The part of an endless signal `[channels, time]` that is still needed: samples enter at the end, and the beginning is
 * forgotten once every window that reads it has passed. Positions are absolute.
 */
export class SignalBuffer {
  readonly channels: number;
  private data: Float32Array;
  private capacity: number;
  /** Absolute position of the first sample held, and of the one after the last. */
  private first = 0;
  private past = 0;

  constructor(channels: number) {
    this.channels = channels;
    this.capacity = 256;
    this.data = new Float32Array(channels * this.capacity);
  }

  get end(): number {
    return this.past;
  }

  /** Appends samples `from … to` of a block `[channels, width]`. */
  append(block: Float32Array, width: number, from: number, to: number): void {
    const count = to - from;
    this.reserve(count);
    const at = this.past - this.first;
    for (let c = 0; c < this.channels; c += 1) {
      this.data.set(block.subarray(c * width + from, c * width + to), c * this.capacity + at);
    }
    this.past += count;
  }

  /** A copy of the samples from `from` to `to`, zeros where there are none. `[channels, to − from]` */
  read(from: number, to: number): Float32Array {
    const count = to - from;
    const out = new Float32Array(this.channels * count);
    const begin = Math.max(from, this.first);
    const end = Math.min(to, this.past);
    for (let c = 0; c < this.channels && end > begin; c += 1) {
      const start = c * this.capacity - this.first;
      out.set(this.data.subarray(start + begin, start + end), c * count + begin - from);
    }
    return out;
  }

  /** Nothing before `position` will be read again. */
  forget(position: number): void {
    const drop = Math.min(position, this.past) - this.first;
    // Moving costs a copy, so it waits until it frees half of what is held.
    if (drop < this.capacity / 2) return;
    const kept = this.past - this.first - drop;
    for (let c = 0; c < this.channels; c += 1) {
      const start = c * this.capacity;
      this.data.copyWithin(start, start + drop, start + drop + kept);
    }
    this.first += drop;
  }

  private reserve(count: number): void {
    const held = this.past - this.first;
    if (held + count <= this.capacity) return;
    const capacity = Math.max(2 * this.capacity, held + count);
    const data = new Float32Array(this.channels * capacity);
    for (let c = 0; c < this.channels; c += 1) {
      data.set(this.data.subarray(c * this.capacity, c * this.capacity + held), c * capacity);
    }
    this.data = data;
    this.capacity = capacity;
  }
}

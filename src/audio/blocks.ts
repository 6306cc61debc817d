/** Cuts a stream into blocks of one size, whatever the pieces it comes in. */
export class Blocks {
  readonly size: number;
  readonly #held: Float32Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#held = new Float32Array(size);
  }

  /** @returns the blocks that are full now, each its own array. */
  push(samples: Float32Array): Float32Array[] {
    const full: Float32Array[] = [];
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + this.size - this.#count);
      this.#held.set(part, this.#count);
      this.#count += part.length;
      at += part.length;
      if (this.#count === this.size) {
        full.push(this.#held.slice());
        this.#count = 0;
      }
    }
    return full;
  }

  /** What has begun a block; it is held no longer. */
  rest(): Float32Array {
    const rest = this.#held.slice(0, this.#count);
    this.#count = 0;
    return rest;
  }

  /** Of the block that has begun. */
  get held(): number {
    return this.#count;
  }
}

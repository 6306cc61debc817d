/** Bits, most significant first, into a buffer that grows. */
export class BitWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;
  /** Bits not yet in a byte, at most 7 between calls. */
  #pending = 0;
  #count = 0;

  /** The low `width` bits of `value`, at most 24; negative numbers in two's complement. */
  write(value: number, width: number): void {
    this.#pending = ((this.#pending << width) | (value & ((1 << width) - 1))) >>> 0;
    this.#count += width;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#byte(this.#pending >>> this.#count);
    }
    this.#pending &= (1 << this.#count) - 1;
  }

  /** `zeros` zero bits and a one. */
  unary(zeros: number): void {
    let left = zeros;
    for (; left > 23; left -= 24) this.write(0, 24);
    this.write(1, left + 1);
  }

  /** Zero bits up to the next byte. */
  align(): void {
    if (this.#count > 0) this.write(0, 8 - this.#count);
  }

  /** The whole bytes so far, in the writer's own buffer. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const wider = new Uint8Array(2 * this.#length);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }
}

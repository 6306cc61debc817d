import { createHash, type Hash } from 'node:crypto';

/** S3 takes no smaller parts but the last (and at most 10,000, so a result has up to 48 GiB). */
export const PART_BYTES = 5 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/** Bytes on their way to be one part: grows as it is filled, and is hashed on the way. */
export class Part {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BYTES);
  #size = 0;
  readonly #hash: Hash = createHash('sha256');

  /** Takes what there is room for: how many bytes that was. */
  fill(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, PART_BYTES - this.#size);
    this.#grow(this.#size + taken.byteLength);
    this.#bytes.set(taken, this.#size);
    this.#size += taken.byteLength;
    this.#hash.update(taken);
    return taken.byteLength;
  }

  /** Writes over the beginning; the hash on the way is of no use then. */
  overwrite(head: Uint8Array): void {
    if (head.byteLength > this.#size) throw new Error('the head is longer than what was written');
    this.#bytes.set(head);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size);
  }

  /** SHA-256 of what was filled in, once. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  #grow(size: number): void {
    if (size <= this.#bytes.byteLength) return;
    let capacity = this.#bytes.byteLength;
    while (capacity < size) capacity *= 2;
    const larger = new Uint8Array(Math.min(capacity, PART_BYTES));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}

import type { ByteSource } from './bytes.ts';
import { invalid } from './problem.ts';

const windowBytes = 1 << 16;
const maximumString = 1 << 20;
const maximumLine = 1 << 10;

/** A pickle's bytes in order, through a small window: a legacy file goes on for gigabytes after its pickles. */
export class PickleInput {
  readonly #source: ByteSource;
  readonly #end: number;
  #position: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  /** Reads from `start`, `limit` bytes at most; running into either end throws `checkpoint_invalid`. */
  constructor(source: ByteSource, start: number, limit: number) {
    this.#source = source;
    this.#position = start;
    this.#end = Math.min(source.size, start + limit);
  }

  /** Absolute position in the source. */
  get position(): number {
    return this.#position;
  }

  byte(): number {
    const byte = this.#window[this.#position - this.#windowStart];
    if (byte === undefined) return this.bytes(1)[0]!;
    this.#position += 1;
    return byte;
  }

  /** The next `length` bytes. Callers bound the length or have it from an instruction of fixed size. */
  bytes(length: number): Buffer {
    if (length > this.#end - this.#position) throw invalid('a pickle is cut short or too long');
    const from = this.#position - this.#windowStart;
    if (from + length > this.#window.length) {
      const size = Math.min(Math.max(length, windowBytes), this.#end - this.#position);
      this.#window = Buffer.allocUnsafe(size);
      this.#windowStart = this.#position;
      this.#source.read(this.#position, this.#window);
    }
    const start = this.#position - this.#windowStart;
    this.#position += length;
    return this.#window.subarray(start, start + length);
  }

  /** UTF-8 text of a length the file gave. */
  text(length: number): string {
    if (length > maximumString) throw invalid(`a pickle holds a string of ${length} bytes`);
    return decode(this.bytes(length));
  }

  /** Text up to a newline, as GLOBAL and protocol 0 have it. */
  line(): string {
    const bytes: number[] = [];
    for (;;) {
      const byte = this.byte();
      if (byte === 0x0a) return decode(Uint8Array.from(bytes));
      if (bytes.push(byte) > maximumLine) throw invalid('a pickle holds a line too long to be a name');
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw invalid('a pickle holds text that is not UTF-8', error);
  }
}

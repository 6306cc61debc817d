import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LangduError } from '../errors.ts';
import { invalid } from './problem.ts';

/** Bytes at positions. `read` fills `into` from `offset` on or throws `checkpoint_invalid`. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, into: Uint8Array): void;
}

/** An open file, read at positions; what has not been asked for is never brought into memory. */
export class FileBytes implements ByteSource {
  readonly size: number;
  readonly #descriptor: number;
  // A descriptor number is reused once closed: reading on would be reading somebody else's file.
  #closed = false;

  /** Throws `file_unreadable` for anything but a readable plain file. */
  constructor(path: string) {
    let descriptor: number | undefined;
    try {
      // Asked before opening, since opening a FIFO would wait for its writer.
      if (!statSync(path).isFile()) throw new Error('not a plain file');
      descriptor = openSync(path, 'r');
      this.size = fstatSync(descriptor).size;
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor);
      throw new LangduError('file_unreadable', { path }, error);
    }
    this.#descriptor = descriptor;
  }

  read(offset: number, into: Uint8Array): void {
    if (this.#closed) throw invalid('it has been closed');
    requireInside(this.size, offset, into.length);
    let done = 0;
    while (done < into.length) {
      const count = this.#readSome(into, done, offset + done);
      // The file was cut while it was open.
      if (count === 0) throw invalid('the file ends too early');
      done += count;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#descriptor);
  }

  #readSome(into: Uint8Array, done: number, position: number): number {
    try {
      return readSync(this.#descriptor, into, done, into.length - done, position);
    } catch (error) {
      throw invalid('the file cannot be read', error);
    }
  }
}

/** The part `[start, start + size)` of a source. */
export function region(source: ByteSource, start: number, size: number): ByteSource {
  requireInside(source.size, start, size);
  return {
    size,
    read(offset, into) {
      requireInside(size, offset, into.length);
      source.read(start + offset, into);
    },
  };
}

/** Bytes already in memory. */
export function memory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, into) {
      requireInside(bytes.length, offset, into.length);
      into.set(bytes.subarray(offset, offset + into.length));
    },
  };
}

/** `length` bytes of a source from `offset` on. Callers bound the length: it is allocated here. */
export function take(source: ByteSource, offset: number, length: number): Buffer {
  requireInside(source.size, offset, length);
  const bytes = Buffer.allocUnsafe(length);
  source.read(offset, bytes);
  return bytes;
}

function requireInside(size: number, offset: number, length: number): void {
  // Subtraction, not addition: offset + length may pass 2^53 and round.
  if (!(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0)) {
    throw invalid('it refers to a place that cannot exist');
  }
  if (offset > size || length > size - offset) throw invalid('the file ends too early');
}

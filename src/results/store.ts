import type { Readable } from 'node:stream';

/** Finished audio under names that cannot be guessed: knowing a name is the right to hear it. */
export interface ResultStore {
  /** Begins a result. Throws `storage_failed`, like every method that writes. */
  create(): Promise<PendingResult>;
  /** A complete result, or undefined: never begun, still being written, removed, or not a name of ours at all. */
  open(name: string): Promise<StoredResult | undefined>;
  close(): Promise<void>;
}

/** A result being written. Nobody can open it before `commit`; without one it leaves nothing behind. */
export interface PendingResult {
  /** `<32 hex digits>.wav` */
  readonly name: string;
  append(bytes: Uint8Array): Promise<void>;
  /** Completes the result, after writing `head` over its first bytes. */
  commit(head?: Uint8Array): Promise<void>;
  /** Drops what was written; does nothing after `commit`. Never throws: it runs where something failed already. */
  abort(): Promise<void>;
}

/** A result open for reading; the opener closes it, or reads it to the end. */
export interface StoredResult {
  /** In bytes. */
  readonly size: number;
  readonly modified: Date;
  /** Bytes `start` to `end`, both included. Closes the result when it ends or is destroyed. */
  read(start: number, end: number): Readable;
  close(): Promise<void>;
}

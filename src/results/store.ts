import type { Readable } from 'node:stream';
import type { ResultKind } from './names.ts';

/**
 * Finished audio and what goes with it, under names that cannot be guessed. One contract, two drivers: files.ts and
 * s3.ts, and one test suite that both pass (test/results/contract.ts).
 */
export interface ResultStore {
  /** Begins a result. Throws `storage_full` or `storage_failed`, like every method that writes. */
  create(kind: ResultKind): Promise<PendingResult>;
  /** A complete result, or undefined: never begun, still being written, removed, or not a name of ours at all. */
  open(name: string): Promise<StoredResult | undefined>;
  /** Removes a complete result, unless it is held or, where that matters, being read. */
  remove(name: string): Promise<Removed>;
  /** Keeps a result from being removed by anything, until it is released. False when there is no such result. */
  hold(name: string): Promise<boolean>;
  /** Lets retention have a result again. False when there is no such result. */
  release(name: string): Promise<boolean>;
  /** Every complete result, the oldest first. */
  list(): Promise<readonly ResultEntry[]>;
  usage(): Promise<Usage>;
  /** Removes what is past its age, too much, or left by a process that died; in a dry run only says what it would. */
  sweep(options?: { readonly dryRun?: boolean }): Promise<SweepReport>;
  close(): Promise<void>;
}

/** A result being written. Nobody can open it before `commit`; without one it leaves nothing behind. */
export interface PendingResult {
  /** `<32 hex digits>.<extension>` */
  readonly name: string;
  /** The bytes are the caller's again when it resolves. An error has dropped the result already. */
  append(bytes: Uint8Array): Promise<void>;
  /** Completes the result, after writing `head` over its first bytes. */
  commit(head?: Uint8Array): Promise<void>;
  /** Drops what was written; does nothing after `commit`. Never throws: it runs where something failed already. */
  abort(): Promise<void>;
}

/** A result open for reading; the opener closes it, or reads it to the end. It is not removed meanwhile. */
export interface StoredResult {
  /** In bytes. */
  readonly size: number;
  readonly modified: Date;
  readonly contentType: string;
  /** Where it can be had without us, for a short time, under this `Content-Disposition`. Absent: only through us. */
  readonly direct?: (disposition: string | undefined) => Promise<string>;
  /** Bytes `start` to `end`, both included. Closes the result when it ends or is destroyed. */
  read(start: number, end: number): Readable;
  close(): Promise<void>;
}

/** `busy`: somebody reads it who would be cut short; it goes when nobody does. */
export type Removed = 'removed' | 'held' | 'busy' | 'missing';

export interface ResultEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly modified: Date;
  readonly held: boolean;
}

/** Counts and bytes, of all processes that share the place. */
export interface Usage {
  readonly results: number;
  readonly bytes: number;
  readonly heldResults: number;
  readonly heldBytes: number;
  /** Of results being written. With S3 only this process's own are known. */
  readonly pendingBytes: number;
}

/** Why something goes: past its age, the oldest of too much, or half written by a process that is gone. */
export type RemovalReason = 'age' | 'size' | 'orphan';

export interface Removal {
  readonly name: string;
  readonly bytes: number;
  readonly modified: Date;
  readonly reason: RemovalReason;
}

export interface SweepReport {
  readonly removals: readonly Removal[];
  /** What stays. */
  readonly results: number;
  readonly bytes: number;
}

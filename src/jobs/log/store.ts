/**
 * Where the logs of jobs are while they are made, and the timings of those that are done. With several machines it must
 * be a place that all of them reach.
 */
export interface LogStore {
  /**
   * Writes record `place.record` at `place.offset`. It is safe when it resolves. Throws `storage_full` or
   * `storage_failed`; `LogGap` where it is seen that the records before are not there.
   */
  write(job: string, place: LogPlace, record: Buffer): Promise<void>;
  /**
   * Whole records from `from` on, `count` of them, as they were written: their checksums are the reader's to check.
   * Ends early where there is no record.
   */
  read(job: string, from: LogPlace, count: number): AsyncIterable<Buffer>;
  /** What is kept of a finished job beside its audio; replaces what was there. */
  keep(job: string, kept: Buffer): Promise<void>;
  kept(job: string): Promise<Buffer | undefined>;
  /** Removes the log, not what is kept. */
  removeLog(job: string): Promise<void>;
  /** Removes everything. */
  remove(job: string): Promise<void>;
  /** Jobs of which there is anything. */
  jobs(): AsyncIterable<LeftLog>;
}

export interface LeftLog {
  readonly job: string;
  /** When anything of it was written last, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** A log is missing, or ends before the place where its next record belongs. */
export class LogGap extends Error {
  override readonly name = 'LogGap';
}

export interface LogPlace {
  readonly record: number;
  readonly offset: number;
}

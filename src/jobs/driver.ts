import type { Job, JobRequest, JobState } from './job.ts';

/**
 * Where jobs are kept and who does them: one contract, two drivers (embedded/, redis/), one test suite that both pass
 * (test/jobs/contract.ts). A driver makes changes atomic and durable, and chooses who is next; what a change is, only
 * transitions.ts knows. Every method throws `jobs_unavailable` when the driver's store cannot be reached.
 */
export interface JobDriver {
  /**
   * Accepts a job: once it resolves, the job is safe. A caller's key that is taken gives the job it was taken for, and
   * `created` false. Throws `jobs_full` when its caller has `most` unfinished ones.
   */
  insert(job: Job, request: JobRequest, most: number): Promise<{ readonly job: Job; readonly created: boolean }>;
  get(id: string): Promise<Job | undefined>;
  /** The job that a caller's key was taken for. */
  keyed(caller: string, key: string): Promise<Job | undefined>;
  request(id: string): Promise<JobRequest | undefined>;
  /** The newest first; of one caller, or of all. */
  list(query: JobQuery): Promise<readonly Job[]>;
  /**
   * Changes a job atomically. `change` may be called again when somebody else was faster; it gives undefined when there
   * is nothing to change, and so does `update` then, and when there is no such job.
   *
   * @param lasting survives a power cut once it resolves; without it, only the death of any process
   */
  update(id: string, change: (job: Job) => Job | undefined, lasting?: boolean): Promise<Job | undefined>;
  /**
   * Waits for a job to do and takes it; undefined when the signal aborts. Callers take turns, and among the jobs of one
   * caller the highest priority is first, then the oldest. A job whose holder was lost comes before others.
   */
  claim(signal: AbortSignal): Promise<Claim | undefined>;
  /** Jobs whose `wakeAt` (placement.ts) has come. */
  due(now: number): Promise<readonly string[]>;
  /** Forgets a job. */
  remove(id: string): Promise<void>;
  counts(): Promise<JobCounts>;
  close(): Promise<void>;
}

export interface JobQuery {
  readonly caller?: string | undefined;
  readonly state?: JobState | undefined;
  readonly limit: number;
  /** Jobs older than this one. */
  readonly before?: string | undefined;
}

export interface JobCounts {
  readonly states: Readonly<Record<JobState, number>>;
  /** How long the job that has waited longest for its first turn has waited, in seconds; 0 when none waits. */
  readonly queueSeconds: number;
}

/** A lease on a running job. It is renewed until `end`; when its process vanishes, the job becomes claimable again. */
export interface Claim {
  readonly job: Job;
  readonly token: string;
  /** Aborts when the lease is lost: stop at once, the job is somebody else's. */
  readonly lost: AbortSignal;
  /**
   * Ends the lease, after the job was changed to what it is now.
   *
   * @param sentences spoken in this turn: what the caller's share is charged with
   */
  end(sentences: number): Promise<void>;
}

import { randomUUID } from 'node:crypto';
import type { BlockList } from 'node:net';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ResultStore } from '../results/store.ts';
import type { Speaker } from '../speech.ts';
import { countCharacters } from '../text/characters.ts';
import { checkCallbackUrl } from './callbacks/post.ts';
import { checkRequest, refuseLoneSurrogates } from './check.ts';
import type { JobCounts, JobDriver, JobQuery } from './driver.ts';
import { follow } from './follow.ts';
import { hasEnded, type Job, type JobKey, type JobRequest, nothingDone } from './job.ts';
import type { LogStore } from './log/store.ts';
import { DamagedLog, walk } from './log/walk.ts';
import { removeRemains } from './remains.ts';
import { readTimings, type TimedRecord, timed } from './timings.ts';
import { cancel } from './transitions.ts';
import { JobWatch } from './watch.ts';

/** What a caller asks for. */
export interface Submission {
  readonly caller: string;
  readonly request: JobRequest;
  readonly priority?: number | undefined;
  readonly key?: JobKey | undefined;
  readonly callbackUrl?: string | undefined;
  /** Seconds from now. */
  readonly expiresIn?: number | undefined;
}

export interface JobsParts {
  readonly driver: JobDriver;
  readonly logs: LogStore;
  readonly results: ResultStore;
  readonly speaker: Speaker;
  readonly log: Log;
  /** Most code points of a job's text. */
  readonly maxText: number;
  /** Most unfinished jobs of one caller. */
  readonly maxJobs: number;
  /** Callbacks can be signed. */
  readonly callbacks: boolean;
  readonly allowed: BlockList;
}

export const DEFAULT_PRIORITY = 5;

/** Jobs as the server sees them: accepted, looked at, listened to, cancelled. Who does them is JobRunner. */
export class Jobs {
  readonly #parts: JobsParts;
  readonly #watch: JobWatch;

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.#watch = new JobWatch(parts.driver);
  }

  /**
   * Accepts a job; once it resolves, the job cannot be lost. Throws what is wrong with the request, `jobs_full`,
   * `jobs_unavailable`, or `idempotency_conflict` when the key was used for another request.
   */
  async submit(submission: Submission): Promise<{ readonly job: Job; readonly created: boolean }> {
    const { driver, maxJobs } = this.#parts;
    const { request, caller, key } = submission;
    const characters = this.check(submission);
    const now = Date.now();
    const { expiresIn, callbackUrl, priority = DEFAULT_PRIORITY } = submission;
    const job: Job = {
      id: randomUUID(),
      caller,
      state: 'queued',
      priority,
      ...(key === undefined ? {} : { key }),
      createdAt: now,
      ...(expiresIn === undefined ? {} : { expiresAt: now + expiresIn * 1000 }),
      characters,
      items: request.items.length,
      progress: nothingDone,
      failures: 0,
      ...(callbackUrl === undefined ? {} : { callback: { url: callbackUrl, state: 'waiting', attempts: [] } }),
    };
    const inserted = await driver.insert(job, request, maxJobs);
    if (!inserted.created) refuseOther(inserted.job, key);
    return inserted;
  }

  /**
   * The job that this key was used for. Asked for before anything else is made of a request that is sent again, since
   * what was accepted once is not judged, charged or refused a second time. Throws `idempotency_conflict` as `submit`
   * does.
   */
  async known(caller: string, key: JobKey): Promise<Job | undefined> {
    refuseLoneSurrogates(key.text, 'idempotency_key');
    const job = await this.#parts.driver.keyed(caller, key.text);
    if (job !== undefined) refuseOther(job, key);
    return job;
  }

  /** Throws `job_not_found`, like every method that takes an id. */
  async get(id: string): Promise<Job> {
    const job = await this.#parts.driver.get(id);
    if (job === undefined) throw new LangduError('job_not_found');
    return job;
  }

  request(id: string): Promise<JobRequest | undefined> {
    return this.#parts.driver.request(id);
  }

  list(query: JobQuery): Promise<readonly Job[]> {
    return this.#parts.driver.list(query);
  }

  counts(): Promise<JobCounts> {
    return this.#parts.driver.counts();
  }

  /** Ends a job that has not ended; one that has stays as it is. */
  async cancel(id: string): Promise<Job> {
    const { driver, log } = this.#parts;
    const cancelled = await driver.update(id, (job) => cancel(job, Date.now()), true);
    if (cancelled === undefined) return this.get(id);
    // What is left behind now, the keeper removes.
    await removeRemains(cancelled, this.#parts).catch((error: unknown) =>
      log.warn({ job: id, err: error }, 'not all of a job was removed'),
    );
    return cancelled;
  }

  /** The job now, and again whenever it has changed, until it has ended or the signal aborts. */
  watch(id: string, signal: AbortSignal): AsyncIterable<Job> {
    return this.#watch.watch(id, signal);
  }

  /** The audio of an unfinished job as it grows, from its beginning to its end. */
  follow(id: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return follow(id, { ...this.#parts, watch: this.#watch }, signal);
  }

  /** When what is heard, of what there is so far. Throws `job_without_audio` when it has ended without. */
  async *timings(job: Job): AsyncGenerator<TimedRecord> {
    const { logs } = this.#parts;
    let told = 0;
    if (!hasEnded(job)) {
      try {
        for await (const { record } of walk(logs, job.id, job.progress)) {
          yield timed(record);
          told += 1;
        }
        return;
      } catch (error) {
        if (!(error instanceof DamagedLog)) throw error;
      }
    }
    // Its log is gone because it has ended by now; or damaged, and what is whole was told.
    const { state, audio } = await this.get(job.id);
    if (!hasEnded({ state })) return;
    if (audio === undefined) throw new LangduError('job_without_audio', { state });
    const kept = await logs.kept(job.id);
    if (kept === undefined) return;
    for await (const record of readTimings(kept)) {
      if (told === 0) yield record;
      else told -= 1;
    }
  }

  /**
   * Code points of the request. Throws what is wrong with it, as far as that can be known before anything is spoken.
   */
  check({ request, key, callbackUrl }: Submission): number {
    const { maxText, callbacks, allowed, speaker } = this.#parts;
    refuseLoneSurrogates({ ...request, idempotency_key: key?.text, callback_url: callbackUrl }, 'request');
    let characters = 0;
    for (const { text } of request.items) {
      if (text.trim() === '') throw new LangduError('text_empty');
      characters += countCharacters(text);
    }
    if (characters > maxText) throw new LangduError('text_too_long', { length: characters, limit: maxText });
    checkRequest(request, speaker.voices());
    if (callbackUrl !== undefined) {
      if (!callbacks) throw new LangduError('callback_refused', { problem: 'LANGDU_CALLBACK_SECRET is not set' });
      checkCallbackUrl(callbackUrl, allowed);
    }
    return characters;
  }
}

function refuseOther(job: Job, key: JobKey | undefined): void {
  if (job.key?.fingerprint === key?.fingerprint) return;
  throw new LangduError('idempotency_conflict', { key: key?.text ?? '', task: job.id });
}

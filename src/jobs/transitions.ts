import { type ErrorRecord, LangduError, toRecord } from '../errors.ts';
import { type CallbackAttempt, hasEnded, type Job, type JobAudio, type JobState, type Progress } from './job.ts';

/**
 * The life of a job. Every change of state is one of these functions: pure, so that drivers only have to make them
 * atomic (they may be called again when somebody else was faster). Each gives the changed job, or undefined when the
 * event does not apply to it: the job has ended meanwhile, or its lease belongs to somebody else.
 */

export type JobEvent =
  | 'claim'
  | 'checkpoint'
  | 'turn_over'
  | 'postpone'
  | 'retry'
  | 'finish'
  | 'fail'
  | 'cancel'
  | 'expire';

/**
 * From which state an event leads where; docs/jobs.md shows the same table. `claim` of a running job is that of a job
 * whose holder was lost; when a job has been lost or has failed too often, `claim` and `retry` lead to `failed`.
 */
export const table: Readonly<Record<JobEvent, Readonly<Partial<Record<JobState, readonly JobState[]>>>>> = {
  claim: { queued: ['running'], running: ['running', 'failed'] },
  checkpoint: { running: ['running'] },
  turn_over: { running: ['queued'] },
  postpone: { running: ['queued'] },
  retry: { running: ['queued', 'failed'] },
  finish: { running: ['done'] },
  fail: { running: ['failed'] },
  cancel: { queued: ['cancelled'], running: ['cancelled'] },
  expire: { queued: ['expired'], running: ['expired'] },
};

/** Waits after a failure: a second, then four times as long each time, at most five minutes. */
export function retryDelay(failures: number): number {
  return Math.min(1000 * 4 ** Math.max(0, failures - 1), 300_000);
}

/** So soon a job goes on when what it waited for is there again. */
const POSTPONED_MS = 60_000;

/** A process takes the job. `tries` bounds how often it may be lost in a row without a sentence made in between. */
export function claim(job: Job, token: string, tries: number, now: number): Job | undefined {
  if (job.state === 'queued') return { ...job, state: 'running', token, startedAt: job.startedAt ?? now };
  if (job.state !== 'running') return undefined;
  const failures = job.failures + 1;
  if (failures >= tries) return end({ ...job, failures }, 'failed', now, toRecord(poisonous(failures, 'lost')));
  return { ...job, token, failures };
}

/** A sentence more is safe. */
export function checkpoint(job: Job, token: string, progress: Progress): Job | undefined {
  return holds(job, token) ? without({ ...job, progress, failures: 0 }, 'postponed') : undefined;
}

/**
 * Anything else the holder writes down: the sentences in all, the name reserved for the result, a log found damaged.
 */
export function note(
  job: Job,
  token: string,
  what: Partial<Pick<Job, 'total' | 'reserved' | 'progress'>>,
): Job | undefined {
  return holds(job, token) ? { ...job, ...what } : undefined;
}

/** Others' turn. Also when the process is asked to stop. */
export function turnOver(job: Job, token: string): Job | undefined {
  return holds(job, token) ? without({ ...job, state: 'queued' }, 'token', 'notBefore') : undefined;
}

/**
 * What it needs is not there for now: nothing of the job's has failed, and this is no try.
 *
 * @param seconds until it is worth asking again, where that is known; without it, longer every time in a row
 */
export function postpone(job: Job, token: string, now: number, seconds?: number): Job | undefined {
  if (!holds(job, token)) return undefined;
  const postponed = (job.postponed ?? 0) + 1;
  const wait = seconds === undefined ? Math.min(retryDelay(postponed), POSTPONED_MS) : 1000 * seconds;
  return without({ ...job, state: 'queued', postponed, notBefore: now + wait }, 'token');
}

/** Something failed that may go better next time. */
export function retry(job: Job, token: string, error: LangduError, tries: number, now: number): Job | undefined {
  if (!holds(job, token)) return undefined;
  const failures = job.failures + 1;
  if (failures >= tries) {
    return end({ ...job, failures }, 'failed', now, toRecord(poisonous(failures, error.code, error)));
  }
  return without({ ...job, state: 'queued', failures, notBefore: now + retryDelay(failures) }, 'token');
}

export function finish(job: Job, token: string, audio: JobAudio, now: number): Job | undefined {
  return holds(job, token) ? end({ ...job, audio }, 'done', now) : undefined;
}

/** Something is wrong with the job itself: it would fail again. */
export function fail(job: Job, token: string, error: LangduError, now: number): Job | undefined {
  return holds(job, token) ? end(job, 'failed', now, toRecord(error)) : undefined;
}

export function cancel(job: Job, now: number): Job | undefined {
  return hasEnded(job) ? undefined : end(job, 'cancelled', now);
}

export function expire(job: Job, now: number): Job | undefined {
  return hasEnded(job) ? undefined : end(job, 'expired', now);
}

/** The keeper could not do what is due: not now, so that it does not stand in the way of other jobs. */
export function tendLater(job: Job, until: number): Job {
  return { ...job, tendAfter: until };
}

/**
 * Somebody makes a try of the callback, which is nobody else's until a time.
 *
 * @param due when it was due for whoever claims it: undefined when it is not that any more, since somebody was faster
 */
export function callbackClaimed(job: Job, due: number, until: number): Job | undefined {
  const { callback } = job;
  return callback?.dueAt === due ? { ...job, callback: { ...callback, dueAt: until } } : undefined;
}

/**
 * A try of the callback was made, or will never be.
 *
 * @param next when to try again; without it, it is given up unless it was delivered
 */
export function callbackTried(job: Job, attempt: CallbackAttempt, delivered: boolean, next?: number): Job | undefined {
  if (job.callback?.dueAt === undefined) return undefined;
  const { dueAt: _, ...callback } = job.callback;
  const attempts = [...callback.attempts, attempt];
  if (delivered) return { ...job, callback: { ...callback, attempts, state: 'delivered' } };
  if (next === undefined) return { ...job, callback: { ...callback, attempts, state: 'given_up' } };
  return { ...job, callback: { ...callback, attempts, dueAt: next } };
}

function holds(job: Job, token: string): boolean {
  return job.state === 'running' && job.token === token;
}

function end(job: Job, state: JobState, now: number, error?: ErrorRecord): Job {
  const { callback } = job;
  return {
    ...without(job, 'token', 'notBefore', 'tendAfter'),
    state,
    endedAt: now,
    ...(error === undefined ? {} : { error }),
    ...(callback === undefined ? {} : { callback: { ...callback, dueAt: now } }),
  };
}

function poisonous(failures: number, reason: string, cause?: LangduError): LangduError {
  return new LangduError('job_poisonous', { failures, reason }, cause);
}

function without<K extends keyof Job>(job: Job, ...keys: readonly K[]): Job {
  const copy: Record<string, unknown> = { ...job };
  for (const key of keys) delete copy[key];
  return copy as unknown as Job;
}

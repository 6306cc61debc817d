import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, LangduError } from '../errors.ts';
import type { Claim, JobDriver } from './driver.ts';
import type { Job, JobAudio, Progress } from './job.ts';
import { checkpoint, fail, finish, note, postpone, retry, turnOver } from './transitions.ts';

/** How long a holder waits for a store that is away, and how often it asks. */
const PATIENCE_MS = 60_000;
const AGAIN_MS = 250;

/** The job is not ours any more: cancelled, expired, or given to somebody else because we did not renew the lease. */
export class Lost extends Error {
  override readonly name = 'Lost';
}

/** Whoever holds a job: every change goes through the token, and throws `Lost` when that is no longer the job's. */
export class Holder {
  job: Job;
  readonly lost: AbortSignal;
  readonly #driver: JobDriver;
  readonly #token: string;
  readonly #tries: number;

  constructor(claim: Claim, driver: JobDriver, tries: number) {
    this.job = claim.job;
    this.lost = claim.lost;
    this.#token = claim.token;
    this.#driver = driver;
    this.#tries = tries;
  }

  checkpoint(progress: Progress): Promise<void> {
    return this.#change((job) => checkpoint(job, this.#token, progress));
  }

  note(what: Partial<Pick<Job, 'total' | 'reserved' | 'progress'>>, lasting = false): Promise<void> {
    return this.#change((job) => note(job, this.#token, what), lasting);
  }

  /** Throws `Lost` when the job is not ours any more. */
  check(): Promise<void> {
    return this.note({});
  }

  turnOver(): Promise<void> {
    return this.#change((job) => turnOver(job, this.#token));
  }

  /** @param seconds from now, where it is known; without it, longer every time in a row */
  postpone(seconds?: number): Promise<void> {
    return this.#change((job) => postpone(job, this.#token, Date.now(), seconds));
  }

  finish(audio: JobAudio): Promise<void> {
    return this.#change((job) => finish(job, this.#token, audio, Date.now()), true);
  }

  /** A fault of the job's own ends it; any other is tried again, within bounds. */
  async failed(error: LangduError): Promise<void> {
    const itsOwn = error.status < 500 && error.status !== 499 && !ofTheVoice.has(error.code);
    await this.#change((job) =>
      itsOwn ? fail(job, this.#token, error, Date.now()) : retry(job, this.#token, error, this.#tries, Date.now()),
    );
  }

  async #change(change: (job: Job) => Job | undefined, lasting?: boolean): Promise<void> {
    const changed = await this.#reached(() => this.#driver.update(this.job.id, change, lasting));
    if (changed === undefined) throw new Lost();
    this.job = changed;
  }

  /** A store that is away for a moment costs no work that is done: as long as the lease is ours, we wait for it. */
  async #reached<T>(work: () => Promise<T>): Promise<T> {
    const giveUp = performance.now() + PATIENCE_MS;
    for (;;) {
      if (this.lost.aborted) throw new Lost();
      try {
        return await work();
      } catch (error) {
        const away = error instanceof LangduError && error.code === 'jobs_unavailable';
        if (!away || performance.now() > giveUp) throw error;
        await delay(AGAIN_MS, undefined, { signal: this.lost }).catch(() => undefined);
      }
    }
  }
}

/**
 * None of these was wrong when the job was accepted: a voice was replaced, or this process does not see it yet. Another
 * try may find it.
 */
const ofTheVoice: ReadonlySet<ErrorCode> = new Set([
  'voice_unknown',
  'emotion_unknown',
  'speaker_unknown',
  'control_unsupported',
]);

/** In how many seconds to come back, when this refuses work for want of room. */
export function comeBackIn({ code, params }: LangduError): number | undefined {
  if (code !== 'overloaded') return undefined;
  const { retryAfter } = params;
  return typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter : 1;
}

/**
 * Of no job's making, and over when somebody has seen to it, or by itself: the job waits without being counted as
 * failed.
 */
export function isPassing({ code }: LangduError): boolean {
  return code === 'model_not_ready' || isOfStorage(code);
}

/** The log or the result could not be written or read. */
export function isOfStorage(code: ErrorCode): boolean {
  return code === 'storage_failed' || code === 'storage_full';
}

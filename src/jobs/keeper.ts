import type { Log } from '../log.ts';
import type { ResultStore } from '../results/store.ts';
import type { CallbackSender } from './callbacks/sender.ts';
import { leaveUnsigned } from './callbacks/unsigned.ts';
import type { JobCounts, JobDriver } from './driver.ts';
import { hasEnded, type Job } from './job.ts';
import type { LogStore } from './log/store.ts';
import { removeAt } from './placement.ts';
import { removeRemains } from './remains.ts';
import { expire, tendLater } from './transitions.ts';

export interface KeeperParts {
  readonly driver: JobDriver;
  readonly logs: LogStore;
  readonly results: Pick<ResultStore, 'remove'>;
  readonly callbacks: CallbackSender | undefined;
  readonly log: Log;
  /** How long a job that has ended is kept, in milliseconds; 0 is for ever. */
  readonly keepMs: number;
  /** Told every few seconds. */
  readonly onCounts?: ((counts: JobCounts) => void) | undefined;
}

const LOOK_MS = 500;
/** When what could not be done is tried again. */
const AGAIN_MS = 60_000;
const COUNT_MS = 3000;
/** How long a log is left whose job is not known. */
const UNKNOWN_MS = 24 * 3_600_000;
/** Leftovers are rare: only a death at a bad moment leaves any. */
const SWEEP_MS = 10 * 60_000;

/** Does what has its time: ends jobs that have expired, tells callbacks, forgets what is old. Every process has one. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #stop = new AbortController();
  readonly #looking: NodeJS.Timeout;
  readonly #sweeping: NodeJS.Timeout;
  readonly #counting: NodeJS.Timeout;
  #look: Promise<void> | undefined;
  #reachable = true;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#looking = setInterval(() => this.look(), LOOK_MS).unref();
    this.#sweeping = setInterval(() => this.#quietly(() => this.sweep()), SWEEP_MS).unref();
    this.#counting = setInterval(() => this.#quietly(() => this.#count()), COUNT_MS).unref();
    this.#quietly(() => this.sweep());
  }

  async stop(): Promise<void> {
    clearInterval(this.#looking);
    clearInterval(this.#sweeping);
    clearInterval(this.#counting);
    this.#stop.abort();
    await Promise.all([this.#look, this.#parts.callbacks?.stop()]);
  }

  /** Looks once; one look at a time. */
  look(): Promise<void> {
    this.#look ??= this.#quietly(() => this.#lookOnce()).finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  /**
   * Removes logs of jobs that are not there or have ended: left by processes that died, or came too late. A job that is
   * not there may be one of a driver that has lost its memory and will get it back, so that such a log is left for a
   * day.
   */
  async sweep(): Promise<void> {
    const { driver, logs } = this.#parts;
    for await (const { job: id, changedAt } of logs.jobs()) {
      const job = await driver.get(id);
      if (job === undefined) {
        if (Date.now() - changedAt > UNKNOWN_MS) await logs.remove(id);
      } else if (job.state === 'done') await logs.removeLog(id);
      else if (hasEnded(job)) await logs.remove(id);
    }
  }

  async #count(): Promise<void> {
    const { driver, onCounts } = this.#parts;
    onCounts?.(await driver.counts());
  }

  async #lookOnce(): Promise<void> {
    const now = Date.now();
    const due = await this.#parts.driver.due(now);
    await Promise.all(due.map((id) => this.#quietly(() => this.#tend(id, now))));
  }

  /** What fails is put off: the first of all that are due are looked at, and it must not stay among these. */
  async #tend(id: string, now: number): Promise<void> {
    const { driver, log } = this.#parts;
    const job = await driver.get(id);
    if (job === undefined) return;
    try {
      if (await this.#done(job, now)) return;
    } catch (error) {
      log.warn({ job: id, err: error }, 'job cannot be tended');
    }
    await driver.update(id, (one) => tendLater(one, now + AGAIN_MS));
  }

  /** Does what is due. False when it must be done later. */
  async #done(job: Job, now: number): Promise<boolean> {
    const { driver, callbacks, keepMs } = this.#parts;
    if (!hasEnded(job)) {
      if (job.expiresAt === undefined || job.expiresAt > now) return true;
      const expired = await driver.update(job.id, (one) => expire(one, now));
      return expired === undefined || removeRemains(expired, this.#parts);
    }
    if (job.callback?.dueAt !== undefined) {
      if (callbacks === undefined) await driver.update(job.id, (one) => leaveUnsigned(one, now));
      else await callbacks.begin(job);
      return true;
    }
    const until = removeAt(job, keepMs);
    if (until === undefined || until > now) return true;
    // The record last: what fails half-way is done again.
    if (!(await removeRemains(job, this.#parts))) return false;
    await driver.remove(job.id);
    return true;
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#reachable = true;
    } catch (error) {
      if (this.#reachable && !this.#stop.signal.aborted) this.#parts.log.warn({ err: error }, 'jobs cannot be tended');
      this.#reachable = false;
    }
  }
}

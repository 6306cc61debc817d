import { setTimeout as delay } from 'node:timers/promises';
import type { JobDriver } from './driver.ts';
import { hasEnded, type Job } from './job.ts';

/** How often a watched job is looked at; its watchers in one process share the look. */
const LOOK_MS = 200;

/** Tells of jobs what changes, whichever process changes it. */
export class JobWatch {
  readonly #driver: Pick<JobDriver, 'get'>;
  /** The look under way or just made, by job. */
  readonly #looks = new Map<string, Promise<Job | undefined>>();

  constructor(driver: Pick<JobDriver, 'get'>) {
    this.#driver = driver;
  }

  /** The job now, and again whenever it has changed, until it has ended, is gone, or the signal aborts. */
  async *watch(id: string, signal: AbortSignal): AsyncGenerator<Job> {
    let shown = '';
    while (!signal.aborted) {
      const job = await this.#look(id);
      if (job === undefined) return;
      const now = JSON.stringify([job.state, job.progress, job.total]);
      if (now !== shown) yield job;
      shown = now;
      if (hasEnded(job)) return;
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #look(id: string): Promise<Job | undefined> {
    const under = this.#looks.get(id);
    if (under !== undefined) return under;
    const look = this.#driver.get(id);
    this.#looks.set(id, look);
    setTimeout(() => this.#looks.delete(id), LOOK_MS / 2).unref();
    return look;
  }
}

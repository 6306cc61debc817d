import type { Claim } from '../driver.ts';
import type { Job } from '../job.ts';

export interface LeaseOptions {
  /** How long it lasts that is not renewed, in milliseconds. */
  readonly ms: number;
  /** False when the lease is somebody else's by now, or the job has ended. */
  renew(id: string, token: string): Promise<boolean>;
  ended(caller: string, sentences: number): Promise<void>;
}

/** A lease that is a row's: renewed three times in its length, so that one late renewal costs nothing. */
export class Lease implements Claim {
  readonly job: Job;
  readonly token: string;
  readonly lost: AbortSignal;
  readonly #options: LeaseOptions;
  readonly #loss = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(job: Job, token: string, options: LeaseOptions) {
    this.job = job;
    this.token = token;
    this.lost = this.#loss.signal;
    this.#options = options;
    this.#timer = setInterval(() => this.#renew(), options.ms / 3).unref();
  }

  async end(sentences: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#options.ended(this.job.caller, sentences);
  }

  async #renew(): Promise<void> {
    try {
      if (await this.#options.renew(this.job.id, this.token)) return;
    } catch {
      return; // busy or closing: the next renewal, or the next checkpoint, will tell
    }
    clearInterval(this.#timer);
    this.#loss.abort();
  }
}

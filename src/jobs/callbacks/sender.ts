import type { BlockList } from 'node:net';
import type { Log } from '../../log.ts';
import { signatureHeaders } from '../../webhook-signature.ts';
import type { JobDriver } from '../driver.ts';
import type { Callback, Job } from '../job.ts';
import { checkCallbackUrl, postCallback } from './post.ts';

export interface SenderParts {
  readonly driver: JobDriver;
  /** Each signs every call. */
  readonly keys: readonly Buffer[];
  /** Addresses that are not public, and allowed all the same. */
  readonly allowed: BlockList;
  readonly log: Log;
  /** What is told of a job. */
  readonly describe: (job: Job) => object;
  /** Waits between tries, in milliseconds; after the last, it is given up. */
  readonly waits?: readonly number[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Nine tries in a little more than a day: a receiver may be down for a night. */
export const callbackWaits: readonly number[] = [
  ...[10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE],
  ...[HOUR, 3 * HOUR, 6 * HOUR, 14 * HOUR],
];

const TIMEOUT_MS = 10 * SECOND;
/** Longer than a try can take: nobody else tries meanwhile, and when we die somebody does. */
const TRYING_MS = 30 * SECOND;

/** Tells the callers of jobs that have ended, at least once each; a receiver knows repetitions by their `webhook-id`. */
export class CallbackSender {
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Makes one try, if it is due and nobody else is making it. */
  async send(job: Job, signal: AbortSignal): Promise<void> {
    const { driver, log } = this.#parts;
    const now = Date.now();
    const mine = await driver.update(job.id, ({ callback, ...rest }) =>
      callback?.dueAt === undefined || callback.dueAt > now
        ? undefined
        : { ...rest, callback: { ...callback, dueAt: now + TRYING_MS } },
    );
    if (mine?.callback === undefined) return;
    const outcome = await this.#try(mine, mine.callback.url, signal);
    if (signal.aborted) return; // tried again by others
    const delivered = /^2\d\d$/.test(outcome);
    log.info({ job: job.id, outcome, try: mine.callback.attempts.length + 1 }, 'callback');
    await driver.update(job.id, ({ callback, ...rest }) =>
      callback === undefined ? undefined : { ...rest, callback: this.#after(callback, now, outcome, delivered) },
    );
  }

  async #try(job: Job, url: string, signal: AbortSignal): Promise<string> {
    const { keys, allowed, describe } = this.#parts;
    const body = JSON.stringify({ type: `job.${job.state}`, data: describe(job) });
    try {
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'langdu',
        ...signatureHeaders(keys, `${job.id}.${job.state}`, Math.floor(Date.now() / 1000), body),
      };
      const options = { body, headers, allowed, timeoutMs: TIMEOUT_MS, signal };
      return String(await postCallback(checkCallbackUrl(url, allowed), options));
    } catch (error) {
      return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    }
  }

  #after({ dueAt: _, ...callback }: Callback, at: number, outcome: string, delivered: boolean): Callback {
    const attempts = [...callback.attempts, { at, outcome }];
    if (delivered) return { ...callback, attempts, state: 'delivered' };
    const wait = (this.#parts.waits ?? callbackWaits)[callback.attempts.length];
    // 410: the receiver says that it will never want it.
    if (wait === undefined || outcome === '410') return { ...callback, attempts, state: 'given_up' };
    return { ...callback, attempts, dueAt: at + wait };
  }
}

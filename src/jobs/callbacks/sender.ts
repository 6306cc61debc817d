import { setMaxListeners } from 'node:events';
import type { BlockList } from 'node:net';
import type { Log } from '../../log.ts';
import { signatureHeaders } from '../../webhook-signature.ts';
import type { JobDriver } from '../driver.ts';
import type { Callback, Job } from '../job.ts';
import { callbackClaimed, callbackTried } from '../transitions.ts';
import { checkCallbackUrl, outcomeOf, postCallback } from './post.ts';

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
/** Tries at a time, in all and of one caller, whose receiver may be slow to answer. */
const MOST = 100;
const MOST_OF_CALLER = 10;

/**
 * Tells the callers of jobs that have ended, at least once each; a receiver knows repetitions by their `webhook-id`.
 */
export class CallbackSender {
  readonly #parts: SenderParts;
  readonly #stop = new AbortController();
  readonly #trying = new Set<Promise<void>>();
  /** Tries under way, by caller. */
  readonly #callers = new Map<string, number>();

  constructor(parts: SenderParts) {
    this.#parts = parts;
    setMaxListeners(0, this.#stop.signal);
  }

  /** Begins a try that is due, unless somebody else does; waits for no answer. Without room for it, it is put off. */
  async begin(job: Job): Promise<void> {
    const due = job.callback?.dueAt;
    if (due === undefined || this.#stop.signal.aborted) return;
    const room = this.#enter(job.caller);
    const now = Date.now();
    const until = now + (room ? TRYING_MS : waitForRoom(job, now));
    const claim = this.#parts.driver.update(job.id, (one) => callbackClaimed(one, due, until));
    if (room) this.#track(job, claim);
    await claim;
  }

  /** Tries under way end, and are made again by others. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#trying);
  }

  #enter(caller: string): boolean {
    const ofCaller = this.#callers.get(caller) ?? 0;
    if (this.#trying.size >= MOST || ofCaller >= MOST_OF_CALLER) return false;
    this.#callers.set(caller, ofCaller + 1);
    return true;
  }

  #track({ id, caller }: Job, claim: Promise<Job | undefined>): void {
    const trying = claim
      .then((mine) => (mine?.callback === undefined ? undefined : this.#tryOnce(mine, mine.callback)))
      .catch((error: unknown) => this.#parts.log.warn({ job: id, err: error }, 'callback not recorded'))
      .finally(() => {
        this.#trying.delete(trying);
        const ofCaller = this.#callers.get(caller)! - 1;
        if (ofCaller === 0) this.#callers.delete(caller);
        else this.#callers.set(caller, ofCaller);
      });
    this.#trying.add(trying);
  }

  async #tryOnce(job: Job, { url, attempts }: Callback): Promise<void> {
    const { driver, log, waits = callbackWaits } = this.#parts;
    const at = Date.now();
    const { outcome, error } = await this.#post(job, url);
    if (this.#stop.signal.aborted) return; // tried again by others
    log.info(
      { job: job.id, outcome, try: attempts.length + 1, ...(error === undefined ? {} : { err: error }) },
      'callback',
    );
    const wait = waits[attempts.length];
    // 410: the receiver says that it will never want it.
    const next = wait === undefined || outcome === '410' ? undefined : at + wait;
    await driver.update(job.id, (one) => callbackTried(one, { at, outcome }, /^2\d\d$/.test(outcome), next));
  }

  async #post(job: Job, url: string): Promise<{ readonly outcome: string; readonly error?: unknown }> {
    const { keys, allowed, describe } = this.#parts;
    const body = JSON.stringify({ type: `job.${job.state}`, data: describe(job) });
    try {
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'langdu',
        ...signatureHeaders(keys, `${job.id}.${job.state}`, Math.floor(Date.now() / 1000), body),
      };
      const options = { body, headers, allowed, timeoutMs: TIMEOUT_MS, signal: this.#stop.signal };
      return { outcome: String(await postCallback(checkCallbackUrl(url, allowed), options)) };
    } catch (error) {
      return { outcome: outcomeOf(error), error };
    }
  }
}

/**
 * In how many milliseconds to look for room again: soon for a job that has just ended, less often for one that waits
 * long.
 */
function waitForRoom({ endedAt = 0 }: Job, now: number): number {
  return Math.min(Math.max((now - endedAt) / 4, 2 * SECOND), MINUTE);
}

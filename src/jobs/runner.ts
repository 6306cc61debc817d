import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type TurnParts, takeTurn } from './turn.ts';

export interface RunnerParts extends Omit<TurnParts, 'stop'> {
  /** Jobs at a time. */
  readonly slots: number;
}

/** How long to wait before a store that cannot be reached is asked again. */
const UNREACHABLE_MS = 1000;

/** Does jobs, in this process, until it is stopped. */
export class JobRunner {
  readonly #parts: RunnerParts;
  readonly #stop = new AbortController();
  readonly #running: readonly Promise<void>[];

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    setMaxListeners(0, this.#stop.signal);
    this.#running = Array.from({ length: parts.slots }, () => this.#run());
  }

  /** Ends after the sentences at hand; the jobs stay queued, for others or for the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #run(): Promise<void> {
    const { driver, log } = this.#parts;
    const { signal } = this.#stop;
    let reachable = true;
    while (!signal.aborted) {
      try {
        const claim = await driver.claim(signal);
        if (!reachable) log.info('jobs can be reached again');
        reachable = true;
        if (claim === undefined) continue;
        let sentences = 0;
        try {
          sentences = await takeTurn(claim, { ...this.#parts, stop: signal });
        } finally {
          await claim.end(sentences);
        }
      } catch (error) {
        if (reachable) log.error({ err: error }, 'jobs cannot be reached');
        reachable = false;
        await delay(UNREACHABLE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

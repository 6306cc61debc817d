import { MISSED } from './margin.ts';

/** Milliseconds more after a broken promise; STEP_MS * MISSED fewer after a kept one, so that they balance. */
const STEP_MS = 50;
const INITIAL_MS = 150;
const MOST_MS = 2_000;

/**
 * What is added to a prediction beside others, learned like `Margin` to be enough ninety-nine times in a hundred.
 * Requests that come all at once, and threads that wait for a core, put off a start of 20 ms as long as one of 200
 * (bench/load): that is no multiple of what was predicted.
 */
export class Allowance {
  private allowed = INITIAL_MS;

  get ms(): number {
    return this.allowed;
  }

  /** @param overMs by how much the prediction was exceeded */
  observe(overMs: number): void {
    const change = overMs <= this.allowed ? -STEP_MS * MISSED : STEP_MS * (1 - MISSED);
    this.allowed = Math.min(MOST_MS, Math.max(0, this.allowed + change));
  }
}

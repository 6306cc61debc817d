/**
 * This share of promises may be broken. What is allowed refuses nobody, so it can be more careful than `Margin`: where
 * just one in a hundred is broken on the average, many a hundred has two.
 */
const MISSED = 0.004;
/** Milliseconds more after a broken promise; about STEP_MS * MISSED fewer after a kept one, so that they balance. */
const STEP_MS = 50;
const INITIAL_MS = 300;
/** Of a hundred who come within a second all are promised something before the first miss is known (bench/load). */
const LEAST_MS = 150;
const MOST_MS = 2_000;

/**
 * What is added to a prediction beside others, learned like `Margin`. Requests that come all at once, and
 * threads that wait for a core, put off a start of 20 ms as long as one of 200 (bench/load): that is no multiple of
 * what was predicted.
 */
export class Allowance {
  private allowed = INITIAL_MS;

  get ms(): number {
    return this.allowed;
  }

  /** @param overMs by how much the prediction was exceeded */
  observe(overMs: number): void {
    const change = overMs <= this.allowed ? -STEP_MS * MISSED : STEP_MS * (1 - MISSED);
    this.allowed = Math.min(MOST_MS, Math.max(LEAST_MS, this.allowed + change));
  }
}

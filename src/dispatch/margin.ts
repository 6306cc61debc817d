/** Of so many promises one may be broken. */
const MISSED = 0.01;
/**
 * Relative step up after a broken promise is STEP * (1 - MISSED), down after a kept one STEP * MISSED: they balance
 * when MISSED are broken.
 */
const STEP = 0.1;
const INITIAL = 3;
const LEAST = 1.1;
const MOST = 10;

/**
 * The factor on a prediction that makes it a promise kept ninety-nine times in a hundred: learned from what came of the
 * ones before (a stochastic approximation of the quantile, after Robbins and Monro, 1951).
 */
export class Margin {
  private factor = INITIAL;

  /** The time that may be promised for a predicted one. */
  promise(predictedMs: number): number {
    return predictedMs * this.factor;
  }

  observe(predictedMs: number, tookMs: number): void {
    const kept = tookMs <= this.promise(predictedMs);
    const change = kept ? -STEP * MISSED : STEP * (1 - MISSED);
    this.factor = Math.min(MOST, Math.max(LEAST, this.factor * (1 + change)));
  }
}

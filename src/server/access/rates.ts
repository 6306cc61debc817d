import type { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { LangduError } from '../../errors.ts';
import type { CallerLimits } from './key-file.ts';

const MINUTE_S = 60;

/** What is left of a minute's allowance. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Until it is whole again. */
  readonly resetMs: number;
}

/** Counts what each caller asked for within the minute, and what it has under way. */
export class Rates {
  /** One a limit, since keys have limits of their own; those that nobody used for a minute hold no counts. */
  readonly #limiters = new Map<string, RateLimiterMemory>();
  readonly #underWay = new Map<string, number>();

  /** Takes a place until the returned function is called. Throws `too_many_at_once`. */
  enter(caller: string, { concurrent }: CallerLimits): () => void {
    const now = this.#underWay.get(caller) ?? 0;
    if (concurrent > 0 && now >= concurrent) {
      throw new LangduError('too_many_at_once', { limit: concurrent, retryAfter: 1 });
    }
    this.#underWay.set(caller, now + 1);
    return () => {
      const left = this.#underWay.get(caller)! - 1;
      if (left > 0) this.#underWay.set(caller, left);
      else this.#underWay.delete(caller);
    };
  }

  /**
   * Counts `amount` of what a caller may have in a minute; undefined where there is no limit. Throws `rate_limited`.
   */
  async spend(
    unit: 'requests' | 'characters',
    caller: string,
    limit: number,
    amount: number,
  ): Promise<Allowance | undefined> {
    if (limit === 0) return undefined;
    // Loaded by who has limits: it brings a driver for every database there is.
    const { RateLimiterMemory, RateLimiterRes } = await import('rate-limiter-flexible');
    const limiter = this.#limiter(unit, limit, RateLimiterMemory);
    // What is more than a minute's worth takes the whole minute: it could never pass otherwise.
    const cost = Math.min(amount, limit);
    try {
      return allowance(limit, await limiter.consume(caller, cost));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      // It was counted and not given.
      const after = await limiter.reward(caller, cost);
      throw new LangduError('rate_limited', {
        unit,
        limit,
        remaining: allowance(limit, after).remaining,
        retryAfter: Math.ceil(refused.msBeforeNext / 1000),
      });
    }
  }

  #limiter(unit: string, limit: number, Limiter: typeof RateLimiterMemory): RateLimiterMemory {
    const key = `${unit} ${limit}`;
    let limiter = this.#limiters.get(key);
    if (limiter === undefined) {
      limiter = new Limiter({ points: limit, duration: MINUTE_S, keyPrefix: key });
      this.#limiters.set(key, limiter);
    }
    return limiter;
  }
}

function allowance(limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Allowance {
  return { limit, remaining: Math.max(0, remainingPoints), resetMs: Math.max(0, msBeforeNext) };
}

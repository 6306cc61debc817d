import { LangduError } from '../errors.ts';
import { Margin } from './margin.ts';
import type { Order, Slots } from './slots.ts';

export interface AdmissionLimits {
  /** First audio promised for later than this is refused, in milliseconds, where a request names no limit of its own. */
  readonly longestWaitMs?: number | undefined;
  /** Utterances that may wait for a worker. */
  readonly longestQueue?: number | undefined;
}

/** What an admitted request may expect. */
export interface Promised {
  /** When its first audio comes at the latest, in milliseconds from its arrival. */
  readonly startsInMs: number;
  /** Told how long it took: what is promised to the next depends on it. */
  began(tookMs: number): void;
}

/** Who comes when: what cannot be heard in time is refused before any work is done for it. */
export class Admission {
  private readonly slots: Slots;
  private readonly limits: AdmissionLimits;
  private readonly waiting = new Margin();
  private readonly beginning = new Margin();

  constructor(slots: Slots, limits: AdmissionLimits) {
    this.slots = slots;
    this.limits = limits;
  }

  /** @param deadlineMs the request's own limit. Throws `overloaded` when its first sound would come later. */
  ask(order: Pick<Order, 'lane' | 'caller' | 'due'>, deadlineMs: number | undefined): Promised {
    const { longestWaitMs = Number.POSITIVE_INFINITY, longestQueue = Number.POSITIVE_INFINITY } = this.limits;
    const isBatch = order.lane === 'batch';
    const { queueMs, beginMs } = this.slots.predictStart(order);
    const toBegin = this.beginning.promise(beginMs);
    const startsInMs = Math.round(this.waiting.promise(queueMs) + toBegin);
    const limit = deadlineMs ?? (isBatch ? Number.POSITIVE_INFINITY : longestWaitMs);
    if (startsInMs > limit || (!isBatch && this.slots.waiting >= longestQueue)) {
      const retryAfter = Math.max(1, Math.ceil((startsInMs - Math.min(limit, startsInMs)) / 1000));
      throw new LangduError('overloaded', { retryAfter });
    }
    const began = (tookMs: number) => {
      if (queueMs > 0) this.waiting.observe(queueMs, tookMs - toBegin);
      else this.beginning.observe(beginMs, tookMs);
    };
    return { startsInMs, began };
  }
}

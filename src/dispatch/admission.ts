import { LangduError } from '../errors.ts';
import { Allowance } from './allowance.ts';
import { Margin } from './margin.ts';
import type { Newcomer, Slots, Start } from './slots.ts';
import type { Speed } from './speed.ts';

export interface AdmissionLimits {
  /**
   * First audio promised for later than this is refused, in milliseconds, where a request names no limit of its own.
   */
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

/** Of the requests that nothing is in the way of and that would still be refused one in so many is let in. */
const TRIED = 10;

/** Who comes when: what cannot be heard in time is refused before any work is done for it. */
export class Admission {
  private readonly slots: Slots;
  private readonly speed: Speed;
  private readonly limits: AdmissionLimits;
  private readonly waiting = new Margin();
  private readonly beginning = new Margin();
  private readonly beside = new Allowance();
  private refusedIdle = 0;

  constructor(slots: Slots, speed: Speed, limits: AdmissionLimits) {
    this.slots = slots;
    this.speed = speed;
    this.limits = limits;
  }

  /**
   * Throws `overloaded` when its first sound would come too late.
   *
   * @param deadlineMs the request's own limit
   * @param start when it would begin; as a newcomer when absent
   */
  ask(order: Newcomer, deadlineMs: number | undefined, start: Start = this.slots.predictStart(order)): Promised {
    const { longestWaitMs = Number.POSITIVE_INFINITY, longestQueue = Number.POSITIVE_INFINITY } = this.limits;
    const isBatch = order.lane === 'batch';
    const { queueMs, beginMs } = start;
    const alone = this.slots.idle;
    const toBegin = this.beginning.promise(beginMs);
    const soonMs = this.waiting.promise(queueMs) + toBegin;
    const limit = deadlineMs ?? (isBatch ? Number.POSITIVE_INFINITY : longestWaitMs);
    const refused = soonMs > limit || (!isBatch && this.slots.waitingIn('interactive') >= longestQueue);
    if (refused && !this.mayTry(order, deadlineMs)) {
      const retryAfter = Math.max(1, Math.ceil((soonMs - Math.min(limit, soonMs)) / 1000));
      throw new LangduError('overloaded', { retryAfter });
    }
    // What others may add refuses nobody: who is not let in is not measured, and it would be believed for ever.
    const lateMs = soonMs + (alone ? 0 : this.beside.ms);
    const startsInMs = Math.round(Math.max(soonMs, Math.min(limit, lateMs)));
    const began = (tookMs: number) => {
      // Batch work gives way, so what comes of its promises says nothing of the others.
      if (isBatch) return;
      if (queueMs > 0) this.waiting.observe(queueMs, tookMs - toBegin);
      else if (alone) this.beginning.observe(beginMs, tookMs);
      else this.beside.observe(tookMs - toBegin);
    };
    return { startsInMs, began };
  }

  /**
   * Whether one that would be refused is let in all the same, because nothing is in its way. Who is refused is not
   * measured, so a server that once was slow would go on refusing for ever. The limit of the server refuses nobody
   * then: sooner than this it cannot be. A request's own is kept, but one in ten is a try, unless not even the soonest
   * start that was ever measured would do.
   */
  private mayTry(order: Newcomer, deadlineMs: number | undefined): boolean {
    if (order.lane === 'batch' || !this.slots.idle) return false;
    if (deadlineMs === undefined) return true;
    if (this.speed.soonestMs(order.voice) > deadlineMs) return false;
    this.refusedIdle += 1;
    return this.refusedIdle % TRIED === 0;
  }
}

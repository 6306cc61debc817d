import type { Lane } from '../speech.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';
import { untilEnded } from './forecast.ts';
import { InWork, type Running } from './in-work.ts';
import { isBatch, isEarly, type Order } from './order.ts';
import type { Speed } from './speed.ts';

/** A place among those being made. */
export interface Slot {
  /** There are first samples. */
  begun(): void;
  release(): void;
}

/** Utterances of batch work that a worker has at once: enough that decoder steps are made together. */
const BATCH_A_WORKER = 6;
/** Early utterances that a worker has at once: their listeners still hear the ones before, and may wait a little. */
const EARLY_A_WORKER = 4;
/**
 * When work is predicted to begin, in milliseconds: how long it waits for a slot, and from then to its first samples.
 */
export interface Start {
  readonly queueMs: number;
  readonly beginMs: number;
}

/** Where an order waits for its turn, and may come to be wanted sooner. */
export interface Place {
  /** Its turn has come. Rejects with the signal's reason when that aborts before. */
  readonly slot: Promise<Slot>;
  /** When it would begin if this were its order. */
  predict(order: Order): Start;
  /** This is its order from now on, if it still waits. */
  change(order: Order): void;
}

/** Whose start is predicted. */
export type Newcomer = Pick<Order, 'voice' | 'lane' | 'caller' | 'due'>;

/** Which utterances are being made and which wait, and when another would begin. */
export class Slots {
  private readonly queue = new FairQueue<Order & Waiting>();
  private readonly inWork: InWork;
  private readonly workers: number;
  private readonly speed: Speed;

  constructor(workers: number, speed: Speed) {
    this.workers = workers;
    this.speed = speed;
    this.inWork = new InWork(workers, speed);
  }

  waitingIn(lane: Lane): number {
    return this.queue.sizeOf(lane);
  }

  get active(): number {
    return this.inWork.size;
  }

  /** Waits for this order's turn. */
  take(order: Order, signal: AbortSignal): Place {
    let current = order;
    let running: Running | undefined;
    let remove: () => void = () => undefined;
    let resolve: (slot: Slot) => void = () => undefined;
    const enter = () => {
      const start = () => {
        running = this.inWork.begin(current);
        resolve(this.slotOf(running));
      };
      remove = this.queue.add({ ...current, start });
    };
    const predict = (wanted: Order): Start => {
      if (running !== undefined) return this.predictRunning(running);
      remove();
      const start = this.predictStart(wanted);
      if (!signal.aborted) enter();
      return start;
    };
    const change = (wanted: Order) => {
      if (running !== undefined || signal.aborted) return;
      remove();
      current = wanted;
      enter();
      this.fill();
    };
    const slot = new Promise<Slot>((given, reject) => {
      const abort = () => {
        remove();
        reject(signal.reason);
      };
      resolve = (free) => {
        signal.removeEventListener('abort', abort);
        given(free);
      };
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      else change(order);
    });
    return { slot, predict, change };
  }

  /** The one of two orders whose caller's turn comes first. */
  sooner(one: Order, other: Order): Order {
    return this.queue.turnOf(other) < this.queue.turnOf(one) ? other : one;
  }

  /** No interactive work is being made or waits: who comes now has the workers to himself, as batch work gives way. */
  get idle(): boolean {
    return this.waitingIn('interactive') === 0 && this.inWork.count((each) => !isBatch(each)) === 0;
  }

  /** When a request that came now would begin. */
  predictStart(order: Newcomer): Start {
    const queueMs = this.predictSlot(order);
    return { queueMs, beginMs: queueMs > 0 ? this.speed.beginMs(order.voice) : this.inWork.predictBegin(order.voice) };
  }

  /** Begun early, it comes before the others when it is due. */
  private predictRunning({ voice, early, due }: Running): Start {
    return { queueMs: early ? Math.max(0, due - performance.now()) : 0, beginMs: this.inWork.predictBegin(voice) };
  }

  private predictSlot(order: Newcomer): number {
    const { lane } = order;
    const ahead = this.queue.ahead(order, ({ first }) => lane === 'batch' || first);
    const next = ahead.count === 0 ? undefined : ahead.cost / ahead.count;
    if (lane === 'batch') {
      const ends = this.inWork.count(isBatch) + ahead.count - this.workers * BATCH_A_WORKER + 1;
      return untilEnded(ends, this.inWork.costs, this.workers, next);
    }
    const left = [...this.inWork.demands].map(({ remaining }) => remaining);
    return untilEnded(left.length + ahead.count - this.inWork.streams + 1, left, this.workers, next);
  }

  private slotOf(running: Running): Slot {
    const { voice, first, given, share } = running;
    return {
      begun: () => {
        // Batch work gives way: how long it takes says nothing of who listens.
        if (first && !isBatch(running)) this.speed.observeBegin(voice, share * (performance.now() - given));
        running.begun = true;
      },
      release: () => {
        if (this.inWork.end(running)) this.fill();
      },
    };
  }

  private fill(): void {
    for (;;) {
      const mayBegin = this.inWork.demands.size < this.inWork.streams;
      const mayBeEarly = this.inWork.count(({ early }) => early) < this.workers * EARLY_A_WORKER;
      const next = this.queue.next({
        batch: this.inWork.count(isBatch) < this.workers * BATCH_A_WORKER,
        may: (work) => isBatch(work) || ((mayBegin || !work.first) && (mayBeEarly || !isEarly(work))),
      });
      if (next === undefined) return;
      next.start();
    }
  }
}

import type { Lane } from '../speech.ts';
import type { Demand } from './demand.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';
import { untilEnded } from './forecast.ts';
import type { Speed } from './speed.ts';

/** What is known of an utterance that wants to be made. */
export interface Order {
  readonly lane: Lane;
  readonly caller: string;
  /** Milliseconds of one worker it is predicted to take. */
  readonly cost: number;
  /** When its listener needs it, as `performance.now()` tells time. */
  readonly due: number;
  /** Of the request it belongs to. */
  readonly demand: Demand;
  /** Nothing of the request has been heard. */
  readonly first: boolean;
}

/** An utterance that is being made. */
interface Running extends Order {
  /** Nobody waited for it yet when it began. */
  readonly early: boolean;
  /** There are samples of it. */
  begun: boolean;
}

/** A place among those being made. */
export interface Slot {
  /** There are first samples. */
  begun(): void;
  release(): void;
}

/**
 * As many interactive requests are in work at once as the workers, as fast as they were measured to be, can keep hearing without a
 * gap, less a reserve: one more would make all of them wait, and nobody's promise be kept.
 */
const RESERVE = 0.2;
/** But no more than these a worker: with more of them in turn its caches hold none, and all get less (bench/load). */
const MOST_A_WORKER = 20;
/** Utterances of batch work that a worker has at once: enough that decoder steps are made together. */
const BATCH_A_WORKER = 6;
/** And those whose listeners are still hearing the ones before: they may as well wait a little. */
const EARLY_A_WORKER = 4;
/** Who is heard later than this is early, in milliseconds. */
const EARLY_MS = 500;

/** Which utterances are being made and which wait, and when another would begin. */
export class Slots {
  private readonly queue = new FairQueue<Order & Waiting>();
  private readonly running = new Set<Running>();
  private readonly workers: number;
  private readonly speed: Speed;

  constructor(workers: number, speed: Speed) {
    this.workers = workers;
    this.speed = speed;
  }

  get waiting(): number {
    return this.queue.size;
  }

  waitingIn(lane: Lane): number {
    return this.queue.sizeOf(lane);
  }

  get active(): number {
    return this.running.size;
  }

  /** Resolves with a slot when it is this order's turn; rejects with the signal's reason when it aborts before. */
  take(order: Order, signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      const give = () => {
        withdraw();
        resolve(this.occupy(order));
      };
      const remove = this.queue.add({ ...order, start: give });
      const abort = () => {
        withdraw();
        remove();
        reject(signal.reason);
      };
      const withdraw = () => signal.removeEventListener('abort', abort);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      else this.fill();
    });
  }

  /** Milliseconds until a request that came now would have a slot, and from then to its first samples. */
  predictStart(order: Pick<Order, 'lane' | 'caller' | 'due'>): { readonly queueMs: number; readonly beginMs: number } {
    const queueMs = this.predictSlot(order);
    return { queueMs, beginMs: (queueMs > 0 ? 1 : this.turnsToBegin()) * this.speed.beginMs };
  }

  private predictSlot(order: Pick<Order, 'lane' | 'caller' | 'due'>): number {
    const { lane } = order;
    const ahead = this.queue.ahead(order, ({ first }) => lane === 'batch' || first);
    const next = ahead.count === 0 ? undefined : ahead.cost / ahead.count;
    if (lane === 'batch') {
      const ends = this.count(isBatch) + ahead.count - this.most(BATCH_A_WORKER) + 1;
      const costs = [...this.running].map(({ cost }) => cost);
      return untilEnded(ends, costs, this.workers, next);
    }
    const inWork = [...this.inWork()].map(({ remaining }) => remaining);
    return untilEnded(inWork.length + ahead.count - this.streams + 1, inWork, this.workers, next);
  }

  /** Interactive requests that may be in work at once. */
  private get streams(): number {
    const audible = Math.floor(this.workers * this.speed.realTime * (1 - RESERVE));
    return Math.max(this.workers, Math.min(this.most(MOST_A_WORKER), audible));
  }

  private most(perWorker: number): number {
    return this.workers * perWorker;
  }

  /** Interactive requests that are in work. */
  private inWork(): Set<Demand> {
    return new Set([...this.running].filter((each) => !isBatch(each)).map(({ demand }) => demand));
  }

  private count(which: (each: Running) => boolean): number {
    return [...this.running].filter(which).length;
  }

  /** Those without samples begin one after the other on each worker: which place among them the next has. */
  private turnsToBegin(): number {
    const unbegun = this.count((each) => !each.begun && !each.early && !isBatch(each));
    return Math.ceil((unbegun + 1) / this.workers);
  }

  private occupy(order: Order): Slot {
    const running: Running = { ...order, early: !isBatch(order) && isEarly(order), begun: false };
    const given = performance.now();
    const turns = this.turnsToBegin();
    this.running.add(running);
    return {
      begun: () => {
        if (running.first) this.speed.observeBegin((performance.now() - given) / turns);
        running.begun = true;
      },
      release: () => {
        if (this.running.delete(running)) this.fill();
      },
    };
  }

  private fill(): void {
    for (;;) {
      const mayBegin = this.inWork().size < this.streams;
      const mayBeEarly = this.count(({ early }) => early) < this.most(EARLY_A_WORKER);
      const next = this.queue.next({
        batch: this.count(isBatch) < this.most(BATCH_A_WORKER),
        may: (work) => isBatch(work) || ((mayBegin || !work.first) && (mayBeEarly || !isEarly(work))),
      });
      if (next === undefined) return;
      next.start();
    }
  }
}

function isBatch({ lane }: Pick<Order, 'lane'>): boolean {
  return lane === 'batch';
}

function isEarly({ due }: Pick<Order, 'due'>): boolean {
  return due - performance.now() > EARLY_MS;
}

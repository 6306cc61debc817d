import type { Lane } from '../speech.ts';
import type { Demand } from './demand.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';
import { untilEnded } from './forecast.ts';
import type { Speed } from './speed.ts';

/** What is known of an utterance that wants to be made. */
export interface Order {
  readonly voice: string;
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
  /** When it began, as `performance.now()` tells time. */
  readonly given: number;
  /** Its own part of the time until it has samples, 0 … 1: of those who begin in turn each is measured by itself. */
  readonly share: number;
  /** There are samples of it. */
  begun: boolean;
}

/** A place among those being made. */
export interface Slot {
  /** There are first samples. */
  begun(): void;
  release(): void;
}

/** Share of the workers' speed that is kept back. */
const RESERVE = 0.2;
/** Interactive requests in turn on one worker, at most: with more its caches hold none, and all get less (bench/load). */
const MOST_A_WORKER = 20;
/** Utterances of batch work that a worker has at once: enough that decoder steps are made together. */
const BATCH_A_WORKER = 6;
/** Early utterances that a worker has at once: their listeners still hear the ones before, and may wait a little. */
const EARLY_A_WORKER = 4;
/** An utterance due later than this, in milliseconds, counts as early. */
const EARLY_MS = 500;

/** When work is predicted to begin, in milliseconds: how long it waits for a slot, and from then to its first samples. */
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

  /** Waits for this order's turn. */
  take(order: Order, signal: AbortSignal): Place {
    let current = order;
    let running: Running | undefined;
    let remove: () => void = () => undefined;
    let resolve: (slot: Slot) => void = () => undefined;
    const enter = () => {
      const start = () => {
        running = this.occupy(current);
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
    return this.waitingIn('interactive') === 0 && this.count((each) => !isBatch(each)) === 0;
  }

  /** When a request that came now would begin. */
  predictStart(order: Newcomer): Start {
    const queueMs = this.predictSlot(order);
    return { queueMs, beginMs: queueMs > 0 ? this.speed.beginMs(order.voice) : this.predictBegin(order.voice) };
  }

  /** Begun early, it comes before the others when it is due. */
  private predictRunning({ voice, early, due }: Running): Start {
    return { queueMs: early ? Math.max(0, due - performance.now()) : 0, beginMs: this.predictBegin(voice) };
  }

  private predictSlot(order: Newcomer): number {
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

  /**
   * Interactive requests that may be in work at once: as many as the workers, at their measured speed with the voices in
   * work, can keep hearing without a gap. One more would make all of them wait, and nobody's promise would be kept.
   */
  private get streams(): number {
    const voices = [...this.running].filter((each) => !isBatch(each)).map(({ voice }) => voice);
    // Rounded first: the mean of many voices is a hair off a whole number.
    const audible = Math.floor(Number((this.workers * this.speed.realTime(voices) * (1 - RESERVE)).toFixed(6)));
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

  /** Milliseconds to the first samples: those without any begin one after the other on each worker. */
  private predictBegin(voice: string): number {
    const unbegun = [...this.running].filter((each) => !each.begun && !each.early && !isBatch(each));
    const ownMs = this.speed.beginMs(voice);
    const sum = unbegun.reduce((total, each) => total + this.speed.beginMs(each.voice), ownMs);
    const turns = Math.ceil((unbegun.length + 1) / this.workers);
    return (turns * sum) / (unbegun.length + 1);
  }

  private occupy(order: Order): Running {
    const running: Running = {
      ...order,
      early: !isBatch(order) && isEarly(order),
      given: performance.now(),
      share: this.speed.beginMs(order.voice) / this.predictBegin(order.voice),
      begun: false,
    };
    this.running.add(running);
    return running;
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

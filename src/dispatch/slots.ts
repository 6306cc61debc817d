import type { Lane } from '../speech.ts';
import { FairQueue } from './fair-queue.ts';

/** What is known of an utterance that wants to be made. */
export interface Order {
  readonly lane: Lane;
  readonly caller: string;
  /** Milliseconds of one worker it is predicted to take. */
  readonly cost: number;
  /** When its listener needs it, as `performance.now()` tells time. */
  readonly due: number;
}

/** An utterance that is being made. */
interface Running extends Order {
  /** Nobody waited for it yet when it began. */
  readonly early: boolean;
  /** 0 … 1, by what has been heard of it. */
  progress: number;
}

/** A place among those being made. */
export interface Slot {
  progress(done: number): void;
  release(): void;
}

/**
 * Utterances that a worker has at once. A few, so that decoder steps are made together and a new sentence begins while others
 * go on; not all, so that those begun end soon.
 */
const SLOTS_A_WORKER = 12;
/** Share of the slots that batch work may hold: the rest is there when somebody comes who listens. */
const BATCH_SHARE = 1 / 2;
/** And that sentences may hold whose listeners are still hearing the ones before, for the same reason. */
const EARLY_SHARE = 1 / 3;
/** Who is heard later than this is early, in milliseconds. */
const EARLY_MS = 500;

/** Which utterances are being made and which wait, and when another would begin. */
export class Slots {
  private readonly queue = new FairQueue();
  private readonly running = new Set<Running>();
  private readonly workers: number;

  constructor(workers: number) {
    this.workers = workers;
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

  /**
   * Milliseconds until an order that came now would begin: the workers share their time evenly among what is running, and
   * whatever ends makes place for the next that waits, until it is this order's turn.
   */
  predictStart(order: Order): number {
    const limit = order.lane === 'batch' ? this.share(BATCH_SHARE) : this.slots;
    const ahead = this.queue.ahead(order);
    const remaining = [...this.running].map(({ cost, progress }) => cost * (1 - progress));
    let elapsed = 0;
    for (let turns = this.running.size + ahead.count - limit + 1; turns > 0 && remaining.length > 0; turns -= 1) {
      remaining.sort((a, b) => b - a);
      const shortest = remaining.pop()!;
      elapsed += (shortest * (remaining.length + 1)) / this.workers;
      remaining.forEach((cost, index) => {
        remaining[index] = cost - shortest;
      });
      if (turns > 1) remaining.push(ahead.cost / ahead.count);
    }
    return elapsed;
  }

  private get slots(): number {
    return this.workers * SLOTS_A_WORKER;
  }

  private share(part: number): number {
    return Math.max(1, Math.floor(this.slots * part));
  }

  private occupy(order: Order): Slot {
    const running: Running = { ...order, early: isEarly(order), progress: 0 };
    this.running.add(running);
    return {
      progress: (done) => {
        running.progress = done;
      },
      release: () => {
        if (this.running.delete(running)) this.fill();
      },
    };
  }

  private fill(): void {
    while (this.running.size < this.slots) {
      const running = [...this.running];
      const batch = running.filter(({ lane }) => lane === 'batch').length;
      const early = running.filter((each) => each.early && each.lane !== 'batch').length;
      const next = this.queue.next({
        batch: batch < this.share(BATCH_SHARE),
        may: (work) => work.lane === 'batch' || !isEarly(work) || early < this.share(EARLY_SHARE),
      });
      if (next === undefined) return;
      next.start();
    }
  }
}

function isEarly({ due }: Pick<Order, 'due'>): boolean {
  return due - performance.now() > EARLY_MS;
}

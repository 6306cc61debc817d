import { LangduError } from '../errors.ts';
import { concatenate } from '../float-arrays.ts';
import type { Metrics } from '../metrics.ts';
import type { SpeakOptions, SpeechPlan } from '../speech.ts';
import { type Utterance, type UtterancePiece, utteranceKey } from '../voice/utterance.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { Flight } from './flight.ts';
import type { CachedSentence, SentenceCache } from './sentence-cache.ts';
import type { Order, Slots } from './slots.ts';
import { Speed } from './speed.ts';

export interface SentenceLimits {
  readonly longestWaitMs?: number | undefined;
  readonly longestQueue?: number | undefined;
  readonly metrics?: Metrics | undefined;
}

type Outcome = 'hit' | 'coalesced' | 'miss';

/** An utterance to be made, for whoever asked for it first. */
interface Making {
  readonly utterance: Utterance;
  readonly order: Order;
  readonly keep: boolean;
  /** Nothing of the request's first sound is to be held up by what comes later. */
  readonly after: Promise<void> | undefined;
  /** Throws when it would begin too late. */
  readonly admit: (order: Order) => void;
  /** Hears of milliseconds that a worker spent. */
  readonly spent: (ms: number) => void;
}

/** What one request has ordered. */
export interface Orders {
  /** A sentence's pieces; its work begins now. They throw `overloaded` when the request's first would begin too late. */
  utter(utterance: Utterance): AsyncIterable<UtterancePiece>;
  plan(): SpeechPlan;
  /** Milliseconds of workers that were spent for it so far. */
  busyMs(): number;
  /** The request is over: what nobody else waits for is not made. */
  close(): void;
}

/** A symbol sounds for about so long at a rate of 1, in milliseconds: four or five syllables a second, their pauses with them. */
const SYMBOL_MS = 80;

/** Makes utterances, each once: out of the cache, along with whoever is waiting for it already, or by a worker in its turn. */
export class Sentences {
  private readonly pool: WorkerPool;
  private readonly slots: Slots;
  private readonly speed = new Speed();
  private readonly cache: SentenceCache;
  private readonly limits: SentenceLimits;
  private readonly flights = new Map<string, Flight>();

  constructor(pool: WorkerPool, slots: Slots, cache: SentenceCache, limits: SentenceLimits) {
    this.pool = pool;
    this.slots = slots;
    this.cache = cache;
    this.limits = limits;
  }

  open(options: SpeakOptions): Orders {
    const orders = new Map<string, () => Outcome>();
    const leaves: (() => void)[] = [];
    const arrived = performance.now();
    // What was ordered before sounds for so long: until then nobody waits for what is ordered next.
    let soundMs = 0;
    let startsInMs = 0;
    let busyMs = 0;
    let first: Flight | undefined;
    const admit = (order: Order) => {
      startsInMs = this.admit(order, options);
    };
    return {
      utter: (utterance) => {
        const key = utteranceKey(utterance);
        const order = this.order(utterance, options, arrived + soundMs);
        soundMs += soundOf(utterance);
        const cached = this.cache.get(key);
        if (cached !== undefined) {
          orders.set(key, () => 'hit');
          return whole(cached);
        }
        const flying = this.flights.get(key);
        const flight =
          flying ??
          this.begin(key, {
            utterance,
            order,
            keep: options.keep ?? false,
            after: first?.begun,
            // Only a request's first sentence is asked whether it comes in time: what is begun is finished.
            admit: orders.size === 0 ? admit : () => undefined,
            spent: (ms) => {
              busyMs += ms;
            },
          });
        if (!orders.has(key))
          orders.set(key, () => (flight.kept ? 'hit' : flying === undefined ? 'miss' : 'coalesced'));
        first ??= flight;
        const { pieces, leave } = flight.join();
        leaves.push(leave);
        return pieces;
      },
      plan: () => ({ cache: summary([...orders.values()].map((tell) => tell())), startsInMs }),
      busyMs: () => busyMs,
      close: () => {
        for (const leave of leaves.splice(0)) leave();
      },
    };
  }

  /** What there is now. */
  report(metrics: Metrics): void {
    for (const lane of ['interactive', 'batch'] as const) metrics.queued.set({ lane }, this.slots.waitingIn(lane));
    metrics.running.set(this.slots.active);
    metrics.cacheBytes.set({ tier: 'memory' }, this.cache.bytes);
    metrics.cacheBytes.set({ tier: 'disk' }, this.cache.diskBytes);
  }

  async close(): Promise<void> {
    await this.cache.settled();
  }

  /** When the request's first sound is predicted to come. Throws `overloaded` when that is too late. */
  private admit(order: Order, options: SpeakOptions): number {
    const { longestWaitMs = Number.POSITIVE_INFINITY, longestQueue = Number.POSITIVE_INFINITY } = this.limits;
    const startsInMs = Math.round(this.slots.predictStart(order));
    const limit = options.deadlineMs ?? (order.lane === 'batch' ? Number.POSITIVE_INFINITY : longestWaitMs);
    if (startsInMs <= limit && (order.lane === 'batch' || this.slots.waiting < longestQueue)) return startsInMs;
    const retryAfter = Math.max(1, Math.ceil((startsInMs - Math.min(limit, startsInMs)) / 1000));
    throw new LangduError('overloaded', { retryAfter });
  }

  private begin(key: string, making: Making): Flight {
    const gone = new AbortController();
    const flight = new Flight(() => {
      this.flights.delete(key);
      gone.abort(new LangduError('cancelled'));
    });
    this.flights.set(key, flight);
    this.make(key, making, flight, gone.signal)
      .then(
        () => flight.end(),
        (error: unknown) => flight.end(error),
      )
      .finally(() => {
        if (this.flights.get(key) === flight) this.flights.delete(key);
      });
    return flight;
  }

  private async make(key: string, making: Making, flight: Flight, gone: AbortSignal): Promise<void> {
    const kept = await this.cache.load(key);
    if (kept !== undefined) {
      flight.kept = true;
      flight.push({ ...kept, last: true, done: 1 });
      return;
    }
    const { utterance, order, admit, after, spent, keep } = making;
    admit(order);
    await after;
    const asked = performance.now();
    const slot = await this.slots.take(order, gone);
    const { lane, due } = order;
    this.limits.metrics?.queueSeconds.observe({ lane }, (performance.now() - asked) / 1000);
    const onDone = (busyMs: number) => {
      this.speed.observe(utterance.voice, utterance.input.length, busyMs);
      spent(busyMs);
    };
    try {
      const wanted = { utterance, lane, inMs: due - performance.now(), onDone };
      for await (const piece of this.pool.utter(wanted, gone)) {
        flight.push(piece);
        slot.progress(piece.done);
      }
    } finally {
      slot.release();
    }
    const durations = flight.pieces[0]?.durations;
    if (durations === undefined) return;
    this.cache.put(key, { durations, samples: concatenate(flight.pieces.map(({ samples }) => samples)) }, keep);
  }

  private order(utterance: Utterance, { lane = 'interactive', caller = '' }: SpeakOptions, due: number): Order {
    return { lane, caller, due, cost: this.speed.predict(utterance.voice, utterance.input.length) };
  }
}

/** How long an utterance will sound, about, in milliseconds. */
function soundOf({ input, rate }: Utterance): number {
  return (input.length * SYMBOL_MS) / rate;
}

async function* whole({ samples, durations }: CachedSentence): AsyncGenerator<UtterancePiece> {
  yield { samples, durations, last: true, done: 1 };
}

function summary(outcomes: readonly Outcome[]): SpeechPlan['cache'] {
  const kinds = new Set(outcomes);
  if (kinds.size === 1) return outcomes[0]!;
  return kinds.has('hit') ? 'partial' : kinds.has('miss') ? 'miss' : 'coalesced';
}

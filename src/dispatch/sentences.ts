import { LangduError } from '../errors.ts';
import { concatenate } from '../float-arrays.ts';
import type { Metrics } from '../metrics.ts';
import type { Lane, SpeakOptions, SpeechPlan } from '../speech.ts';
import { type Utterance, type UtterancePiece, utteranceKey } from '../voice/utterance.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { Admission, Promised } from './admission.ts';
import { Demand } from './demand.ts';
import { Flight } from './flight.ts';
import type { CachedSentence, SentenceCache } from './sentence-cache.ts';
import type { Order, Slots } from './slots.ts';
import type { Speed } from './speed.ts';

export interface SentenceParts {
  readonly pool: WorkerPool;
  readonly slots: Slots;
  readonly speed: Speed;
  readonly admission: Admission;
  readonly cache: SentenceCache;
  readonly metrics: Metrics | undefined;
}

type Outcome = 'hit' | 'coalesced' | 'miss';

/** An utterance to be made, for whoever asked for it first. */
interface Making {
  readonly utterance: Utterance;
  readonly order: Order;
  readonly keep: boolean;
  /** Nothing of the request's first sound is to be held up by what comes later. */
  readonly after: Promise<void> | undefined;
  /** Throws when it would begin too late; undefined for what is not asked whether it comes in time. */
  readonly admit: (() => Promised) | undefined;
  /** Hears how much of it is made, 0 … 1. */
  readonly progress: (share: number) => void;
  /** Hears of milliseconds that a worker spent. */
  readonly spent: (ms: number) => void;
}

/** A request as its sentences are ordered. */
export interface Asked extends Pick<SpeakOptions, 'lane' | 'caller' | 'deadlineMs' | 'keep'> {
  readonly voice: string;
  /** Length of its text. */
  readonly characters: number;
}

/** What one request has ordered. */
export interface Orders {
  /** Throws `overloaded` when the request's first sound would come too late, if nothing of it is known yet. */
  admit(): void;
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
/** Symbols of a text before it is read: an initial, a final and a share of the pauses for each character. */
const SYMBOLS_A_CHARACTER = 2.4;

/** Makes utterances, each once: out of the cache, along with whoever is waiting for it already, or by a worker in its turn. */
export class Sentences {
  private readonly pool: WorkerPool;
  private readonly slots: Slots;
  private readonly speed: Speed;
  private readonly cache: SentenceCache;
  private readonly admission: Admission;
  private readonly metrics: Metrics | undefined;
  private readonly flights = new Map<string, { readonly flight: Flight; readonly lane: Lane }>();

  constructor({ pool, slots, speed, admission, cache, metrics }: SentenceParts) {
    this.pool = pool;
    this.slots = slots;
    this.speed = speed;
    this.admission = admission;
    this.cache = cache;
    this.metrics = metrics;
  }

  open(asked: Asked): Orders {
    const { lane = 'interactive', caller = '', keep = false } = asked;
    const outcomes = new Map<string, () => Outcome>();
    const leaves: (() => void)[] = [];
    const arrived = performance.now();
    const demand = new Demand(this.speed.predict(asked.voice, asked.characters * SYMBOLS_A_CHARACTER));
    // What was ordered before sounds for so long: until then nobody waits for what is ordered next.
    let soundMs = 0;
    let promised: Promised | undefined;
    let busyMs = 0;
    let first: Flight | undefined;
    const admit = () => {
      promised = this.admission.ask({ voice: asked.voice, lane, caller, due: arrived }, asked.deadlineMs);
      return promised;
    };
    return {
      admit,
      utter: (utterance) => {
        const key = utteranceKey(utterance);
        const cost = this.speed.predict(utterance.voice, utterance.input.length);
        const progress = demand.order(cost);
        const order = {
          voice: asked.voice,
          lane,
          caller,
          cost,
          due: arrived + soundMs,
          demand,
          first: outcomes.size === 0,
        };
        soundMs += soundOf(utterance);
        const cached = this.cache.get(key);
        if (cached !== undefined) {
          progress(1);
          outcomes.set(key, () => 'hit');
          return whole(cached);
        }
        const flying = this.flying(key, lane);
        const flight =
          flying ??
          this.begin(key, {
            utterance,
            order,
            keep,
            after: first?.begun,
            // Only a request's first sentence is asked whether it comes in time: what is begun is finished.
            admit: order.first ? admit : undefined,
            progress,
            spent: (ms) => {
              busyMs += ms;
            },
          });
        if (flying !== undefined) progress(1);
        if (!outcomes.has(key))
          outcomes.set(key, () => (flight.kept ? 'hit' : flying === undefined ? 'miss' : 'coalesced'));
        first ??= flight;
        const { pieces, leave } = flight.join();
        leaves.push(leave);
        return pieces;
      },
      plan: () => {
        const cache = summary([...outcomes.values()].map((tell) => tell()));
        return { cache, startsInMs: cache === 'hit' ? 0 : (promised?.startsInMs ?? 0) };
      },
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

  /** The utterance, where it is being made soon enough: who listens does not wait for batch work, but makes it anew. */
  private flying(key: string, lane: Lane): Flight | undefined {
    const found = this.flights.get(key);
    return found?.lane === 'batch' && lane === 'interactive' ? undefined : found?.flight;
  }

  private begin(key: string, making: Making): Flight {
    const gone = new AbortController();
    const land = () => {
      if (this.flights.get(key)?.flight === flight) this.flights.delete(key);
    };
    const flight = new Flight(() => {
      land();
      gone.abort(new LangduError('cancelled'));
    });
    this.flights.set(key, { flight, lane: making.order.lane });
    this.make(key, making, flight, gone.signal)
      .then(
        () => flight.end(),
        (error: unknown) => flight.end(error),
      )
      .finally(land);
    return flight;
  }

  private async make(key: string, making: Making, flight: Flight, gone: AbortSignal): Promise<void> {
    const kept = await this.cache.load(key);
    if (kept !== undefined) {
      flight.kept = true;
      making.progress(1);
      flight.push({ ...kept, last: true, done: 1 });
      return;
    }
    const { utterance, order, admit, after, progress, spent, keep } = making;
    const promised = admit?.();
    await after;
    const asked = performance.now();
    const slot = await this.slots.take(order, gone);
    const { lane, due } = order;
    this.metrics?.queueSeconds.observe({ lane }, (performance.now() - asked) / 1000);
    const onDone = (busyMs: number, soundMs: number) => {
      this.speed.observe(utterance.voice, utterance.input.length, busyMs, soundMs);
      spent(busyMs);
    };
    try {
      const wanted = { utterance, lane, inMs: due - performance.now(), onDone };
      for await (const piece of this.pool.utter(wanted, gone)) {
        flight.push(piece);
        if (flight.pieces.length === 1) {
          promised?.began(performance.now() - due);
          slot.begun();
        }
        progress(piece.done);
      }
    } finally {
      slot.release();
    }
    const durations = flight.pieces[0]?.durations;
    if (durations === undefined) return;
    this.cache.put(key, { durations, samples: concatenate(flight.pieces.map(({ samples }) => samples)) }, keep);
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

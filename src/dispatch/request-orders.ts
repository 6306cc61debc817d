import { LangduError } from '../errors.ts';
import type { SpeakOptions, SpeechPlan } from '../speech.ts';
import { type Utterance, type UtterancePiece, utteranceKey } from '../voice/utterance.ts';
import type { Admission, Promised } from './admission.ts';
import { Demand } from './demand.ts';
import type { Flight } from './flight.ts';
import type { Making, Passenger } from './making.ts';
import type { Order } from './order.ts';
import type { CachedSentence, SentenceCache } from './sentence-cache.ts';
import type { Start } from './slots.ts';
import type { Speed } from './speed.ts';

/** A request as its sentences are ordered. */
export interface Asked extends Pick<SpeakOptions, 'lane' | 'caller' | 'deadlineMs' | 'keep'> {
  readonly voice: string;
  /** Length of its text. */
  readonly characters: number;
}

/** An utterance that is not in memory, as it is asked for. */
export interface Asking {
  readonly key: string;
  readonly utterance: Utterance;
  readonly passenger: Passenger;
  readonly keep: boolean;
  /** Nothing of the request's first sound is to be held up by what comes later. */
  readonly after: Promise<void> | undefined;
}

/** Of what requests order from. */
export interface OrderParts {
  readonly speed: Speed;
  readonly admission: Admission;
  readonly cache: SentenceCache;
  /** The utterance on its way; it sets out now unless it is under way. */
  readonly making: (asking: Asking) => Making;
}

type Outcome = 'hit' | 'coalesced' | 'miss';

/** What workers did for a request, in milliseconds: computing, and the sound that came of it. */
export interface Spent {
  readonly busyMs: number;
  readonly soundMs: number;
}

/**
 * A symbol sounds for about so long at a rate of 1, in milliseconds: four or five syllables a second, their pauses with
 * them.
 */
const SYMBOL_MS = 80;
/** Symbols of a text before it is read: an initial, a final and a share of the pauses for each character. */
const SYMBOLS_A_CHARACTER = 2.4;

/** What one request orders, sentence by sentence. */
export class RequestOrders {
  private readonly parts: OrderParts;
  private readonly asked: Asked & { readonly lane: Order['lane']; readonly caller: string };
  private readonly arrived = performance.now();
  private readonly demand: Demand;
  private readonly outcomes = new Map<string, () => Outcome>();
  private readonly leaves: (() => void)[] = [];
  private promised: Promised | undefined;
  private first: Flight | undefined;
  /** What was ordered before sounds for so long: until then nobody waits for what is ordered next. */
  private orderedMs = 0;
  private busyMs = 0;
  private soundMs = 0;
  /** Nothing is to come that is not there. */
  private complete = false;
  private closed = false;

  constructor(parts: OrderParts, asked: Asked) {
    this.parts = parts;
    this.asked = { ...asked, lane: asked.lane ?? 'interactive', caller: asked.caller ?? '' };
    this.demand = new Demand(parts.speed.predict(asked.voice, asked.characters * SYMBOLS_A_CHARACTER));
  }

  /** Throws `overloaded` when the request's first sound would come too late, if nothing of it is known yet. */
  admit(start?: Start): Promised {
    this.refuseWhenClosed();
    const { voice, lane, caller, deadlineMs } = this.asked;
    const newcomer = { voice, lane, caller, due: this.arrived };
    this.promised = this.parts.admission.ask(newcomer, deadlineMs, start);
    return this.promised;
  }

  /**
   * A sentence's pieces; its work begins now. They throw `overloaded` when the request's first would begin too late.
   * Throws `cancelled` when the request is over.
   */
  utter(utterance: Utterance): AsyncIterable<UtterancePiece> {
    this.refuseWhenClosed();
    const key = utteranceKey(utterance);
    const { order, progress } = this.order(utterance);
    const cached = this.parts.cache.get(key);
    if (cached !== undefined) {
      progress(1);
      if (order.first) this.promised = undefined;
      this.outcomes.set(key, () => 'hit');
      return whole(cached);
    }
    const passenger: Passenger = {
      order,
      progress,
      // Only a request's first sentence is asked whether it comes in time: what is begun is finished.
      admit: order.first ? (start) => this.admit(start) : undefined,
      spent: (busyMs, soundMs) => {
        this.busyMs += busyMs;
        this.soundMs += soundMs;
      },
    };
    // It was promised before it was known that somebody has it: what is there is heard at once.
    if (order.first) this.promised = undefined;
    const making = this.parts.making({
      key,
      utterance,
      passenger,
      keep: this.asked.keep ?? false,
      after: this.begun,
    });
    const { pieces, leave } = making.join(passenger);
    this.leaves.push(leave);
    this.first ??= making.flight;
    if (!this.outcomes.has(key)) {
      this.outcomes.set(key, () => (making.flight.kept ? 'hit' : making.isFor(passenger) ? 'miss' : 'coalesced'));
    }
    return pieces;
  }

  /** Resolves when its first sound is there, or will not come; undefined where nothing has to be made for it. */
  get begun(): Promise<void> | undefined {
    return this.first?.begun;
  }

  /** The text was read to its end: there is no more to order. */
  finish(): void {
    this.complete = true;
  }

  /** All was there so far, and there may be more. */
  get undecided(): boolean {
    return !this.complete && this.outcome() === 'hit';
  }

  /**
   * Looks through all the text's utterances: when every one is there, that is what the plan says, before they are
   * ordered.
   */
  async lookThrough(utterances: AsyncIterable<Utterance>): Promise<void> {
    for await (const utterance of utterances) {
      if (!(await this.parts.cache.holds(utteranceKey(utterance)))) return;
    }
    this.complete = true;
  }

  /** What is known now. Nothing is called a hit while there may be more to come that is not there. */
  plan(): SpeechPlan {
    const cache = this.outcome();
    return {
      cache: cache === 'hit' && !this.complete ? 'partial' : cache,
      startsInMs: this.promised?.startsInMs ?? 0,
    };
  }

  /** What the cache had of all that was ordered so far. */
  outcome(): SpeechPlan['cache'] {
    const kinds = new Set([...this.outcomes.values()].map((tell) => tell()));
    if (kinds.size === 1) return [...kinds][0]!;
    return kinds.has('hit') ? 'partial' : kinds.has('miss') ? 'miss' : 'coalesced';
  }

  /** What workers did for it so far. */
  spent(): Spent {
    return { busyMs: this.busyMs, soundMs: this.soundMs };
  }

  /** The request is over: what nobody else waits for is not made, and nothing more can be ordered. */
  close(): void {
    this.closed = true;
    for (const leave of this.leaves.splice(0)) leave();
  }

  private order(utterance: Utterance): { readonly order: Order; readonly progress: (share: number) => void } {
    const { voice, lane, caller } = this.asked;
    const { demand } = this;
    const cost = this.parts.speed.predict(voice, utterance.input.length);
    const first = this.outcomes.size === 0;
    const order = { voice, lane, caller, cost, due: this.arrived + this.orderedMs, demand, first };
    this.orderedMs += soundOf(utterance);
    return { order, progress: demand.order(cost) };
  }

  private refuseWhenClosed(): void {
    if (this.closed) throw new LangduError('cancelled');
  }
}

/** How long an utterance will sound, about, in milliseconds. */
function soundOf({ input, rate }: Utterance): number {
  return (input.length * SYMBOL_MS) / rate;
}

async function* whole({ samples, durations }: CachedSentence): AsyncGenerator<UtterancePiece> {
  yield { samples, durations, last: true, done: 1 };
}

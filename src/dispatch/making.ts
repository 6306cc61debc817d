import { LangduError } from '../errors.ts';
import type { UtterancePiece } from '../voice/utterance.ts';
import type { Promised } from './admission.ts';
import { Flight } from './flight.ts';
import type { Order } from './order.ts';
import type { CachedSentence } from './sentence-cache.ts';
import type { Place, Slot, Slots, Start } from './slots.ts';

/** One request's wish for an utterance. */
export interface Passenger {
  readonly order: Order;
  /**
   * Throws `overloaded` when that start is too late for it; undefined for what is not asked whether it comes in time.
   */
  readonly admit: ((start: Start) => Promised) | undefined;
  /** Hears how much of it is made, 0 … 1. */
  readonly progress: (share: number) => void;
  /** Hears of milliseconds that a worker spent, and how many milliseconds of sound that made. */
  readonly spent: (busyMs: number, soundMs: number) => void;
}

/**
 * An utterance that is being made, for all who want it. Each is asked by itself whether it comes in time, and whoever
 * is refused leaves the others alone. It waits for its turn on behalf of whoever's turn comes first, and is due when
 * the first of them needs it.
 */
export class Making {
  readonly flight: Flight;
  private readonly slots: Slots;
  private readonly gone = new AbortController();
  private readonly promises: (() => void)[] = [];
  /** Who has come before it was known whether the disk has it. */
  private unasked: (() => void)[] | undefined = [];
  private readonly looked = new Moment();
  private readonly hurried = new Moment();
  private place: Place | undefined;
  private order: Order | undefined;
  private owner: Passenger | undefined;

  /** @param deserted nobody wants it any more */
  constructor(slots: Slots, deserted: () => void) {
    this.slots = slots;
    this.flight = new Flight(() => {
      deserted();
      this.gone.abort(new LangduError('cancelled'));
    });
  }

  /** Aborts when nobody wants it any more. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  /** For whom it is made, of those who want it; the others come along. */
  isFor(passenger: Passenger): boolean {
    return this.owner === passenger;
  }

  /** Its pieces from the first on. They throw `overloaded` when they come too late for this passenger. */
  join(passenger: Passenger): { readonly pieces: AsyncIterable<UtterancePiece>; readonly leave: () => void } {
    const { pieces, leave } = this.flight.join();
    let refused: unknown;
    const ask = () => {
      try {
        this.board(passenger);
      } catch (error) {
        refused = error;
        leave();
      }
    };
    if (this.unasked === undefined) ask();
    else this.unasked.push(ask);
    const { looked } = this;
    const heard = async function* () {
      await looked.happened;
      if (refused !== undefined) throw refused;
      yield* pieces;
    };
    return { pieces: heard(), leave };
  }

  /** The disk has it, or has not: now it is known who has to wait, and each is asked whether he would. */
  look(kept: CachedSentence | undefined): void {
    if (kept !== undefined) {
      this.flight.kept = true;
      this.flight.push({ ...kept, last: true, done: 1 });
    }
    const unasked = this.unasked ?? [];
    this.unasked = undefined;
    for (const ask of unasked) ask();
    this.looked.happen();
  }

  /**
   * Resolves with a slot when its turn has come. Rejects with `cancelled` when nobody wants it any more.
   *
   * @param after what it is not to hold up, unless it is somebody's first sound
   */
  async turn(after: Promise<void> | undefined): Promise<{ readonly slot: Slot; readonly order: Order }> {
    await Promise.race([after, this.hurried.happened]);
    if (this.order === undefined) throw new LangduError('cancelled');
    this.place = this.slots.take(this.order, this.signal);
    const slot = await this.place.slot;
    return { slot, order: this.order };
  }

  push(piece: UtterancePiece): void {
    this.flight.push(piece);
    for (const began of this.promises.splice(0)) began();
    this.owner?.progress(piece.done);
  }

  spent(busyMs: number, soundMs: number): void {
    this.owner?.spent(busyMs, soundMs);
  }

  private board(passenger: Passenger): void {
    const { order, admit, progress } = passenger;
    const isThere = this.flight.pieces.length > 0;
    if (!isThere && admit !== undefined) {
      const { began } = admit(this.predict(order));
      this.promises.push(() => began(performance.now() - order.due));
    }
    if (isThere || this.owner !== undefined) progress(1);
    if (isThere) return;
    this.owner ??= passenger;
    if (order.first && this.owner !== passenger) this.hurried.happen();
    this.order = this.merge(order);
    this.place?.change(this.order);
  }

  private predict(order: Order): Start {
    const merged = this.merge(order);
    return this.place?.predict(merged) ?? this.slots.predictStart(merged);
  }

  /**
   * Of two orders for one utterance the sooner in each respect. What was ordered for a listener is not made batch work.
   */
  private merge(joining: Order): Order {
    const { order } = this;
    if (order === undefined || order.lane !== joining.lane) return order ?? joining;
    const { caller } = this.slots.sooner(order, joining);
    return { ...order, caller, due: Math.min(order.due, joining.due), first: order.first && joining.first };
  }
}

/** Something that happens once. */
class Moment {
  happen: () => void = () => undefined;
  readonly happened = new Promise<void>((resolve) => {
    this.happen = resolve;
  });
}

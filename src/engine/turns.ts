import { type DecoderLane, decodeTogether } from '../acoustic/decode.ts';
import type { AcousticModel } from '../acoustic/model.ts';
import { LangduError } from '../errors.ts';

/** For whom work is done. */
export interface Claim {
  /** Whose is smaller goes first. */
  readonly urgency: number;
  /** Nobody waits for it any more: what it still asks for is refused with `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Told the milliseconds that work for it took; of work done together, its share. */
  spent(ms: number): void;
}

interface Work {
  readonly claim: Claim;
  readonly fail: (error: unknown) => void;
}

interface Computation extends Work {
  readonly run: () => void;
}

interface Decoding extends Work {
  readonly model: AcousticModel;
  readonly lane: DecoderLane;
  readonly parts: Float32Array[];
  steps: number;
  readonly done: (frames: Float32Array[]) => void;
}

/** Told for whom the turn is that begins now, and for nobody when it has ended. */
export type OnTurn = (claims: readonly Claim[], work: 'compute' | 'decode') => void;

/** Sentences in one decoder step. Beyond this a step costs about as much more as it makes more (bench/engine). */
export const MOST_TOGETHER = 8;

/**
 * One thread's time, shared among the sentences it makes: who is most in need has the next turn, and who
 * waits for decoder steps makes them together with everybody else who does. A turn is a piece's work at most; between
 * two the event loop turns, which is when new sentences and hang-ups are heard of.
 */
export class Turns {
  private readonly computations = new Set<Computation>();
  private readonly decodings = new Set<Decoding>();
  private readonly onTurn: OnTurn;
  private scheduled = false;

  constructor(onTurn: OnTurn = () => undefined) {
    this.onTurn = onTurn;
  }

  /** Runs `work` when the claim's turn comes. */
  compute<Result>(claim: Claim, work: () => Result): Promise<Result> {
    return new Promise((resolve, fail) => {
      this.computations.add({ claim, fail, run: () => resolve(work()) });
      this.schedule();
    });
  }

  /** Makes `steps` decoder steps of a lane: all of their frames. */
  decode(claim: Claim, model: AcousticModel, lane: DecoderLane, steps: number): Promise<Float32Array[]> {
    return new Promise((done, fail) => {
      this.decodings.add({ claim, fail, model, lane, steps, parts: [], done });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.turn();
      if (this.computations.size + this.decodings.size > 0) this.schedule();
    });
  }

  private turn(): void {
    for (const work of [...this.computations, ...this.decodings]) {
      if (work.claim.signal?.aborted) this.end(work, new LangduError('cancelled'));
    }
    const computation = soonest(this.computations);
    const decoding = soonest(this.decodings);
    if (decoding !== undefined && (computation === undefined || decoding.claim.urgency < computation.claim.urgency)) {
      this.decodeWith(decoding);
    } else if (computation !== undefined) {
      this.run(computation);
    }
  }

  private run(work: Computation): void {
    const start = performance.now();
    this.onTurn([work.claim], 'compute');
    try {
      work.run();
      this.computations.delete(work);
    } catch (error) {
      this.end(work, error);
    }
    this.onTurn([], 'compute');
    work.claim.spent(performance.now() - start);
  }

  /** Makes the steps that `first` asks for; who waits for steps of the same voice makes as many of its own. */
  private decodeWith(first: Decoding): void {
    const others = [...this.decodings]
      .filter((each) => each !== first && each.model === first.model)
      .sort((a, b) => a.claim.urgency - b.claim.urgency);
    const together = [first, ...others.slice(0, MOST_TOGETHER - 1)];
    const claims = together.map(({ claim }) => claim);
    const start = performance.now();
    this.onTurn(claims, 'decode');
    try {
      const lanes = together.map(({ lane }) => lane);
      const steps = Math.min(...together.map((each) => each.steps));
      decodeTogether(first.model, lanes, steps).forEach((frames, index) => {
        const work = together[index]!;
        work.parts.push(frames);
        work.steps -= steps;
        if (work.steps > 0) return;
        this.decodings.delete(work);
        work.done(work.parts);
      });
    } catch (error) {
      for (const work of together) this.end(work, error);
    }
    this.onTurn([], 'decode');
    const share = (performance.now() - start) / claims.length;
    for (const claim of claims) claim.spent(share);
  }

  private end(work: Computation | Decoding, error: unknown): void {
    this.computations.delete(work as Computation);
    this.decodings.delete(work as Decoding);
    work.fail(error);
  }
}

function soonest<W extends Work>(works: Iterable<W>): W | undefined {
  let found: W | undefined;
  for (const work of works) if (found === undefined || work.claim.urgency < found.claim.urgency) found = work;
  return found;
}

import type { Lane } from '../speech.ts';
import type { Claim } from './turns.ts';

/** Who has so much sound in hand is in no hurry, in milliseconds. */
const COMFORT_MS = 1_000;
/** How much slower than a listener batch work is due, and how long it may wait for its first turn. */
const BATCH_SLOWNESS = 10;
const BATCH_PATIENCE_MS = 3_000;
/** Beyond any time of a process: who is in no hurry comes behind all who are, batch work last. */
const AFTER = { interactive: 1e12, batch: 2e12 } as const;
/** And who has heard nothing at all comes before: a start was promised, and it takes one piece. */
const BEFORE = -1e12;

/**
 * When a sentence's next piece is wanted; the smaller, the sooner.
 *
 * - Nothing was heard yet, and it is due: before everything. Nobody else is kept waiting for long by one piece.
 * - The listener has less than a second in hand: by when he runs dry.
 * - He has more: behind all who have less, in turn with the others who have, since they then need their decoder steps
 *   at the same time and make them together.
 * - Batch work: due ten times as slowly as it sounds, so that it gives way, and still comes due.
 */
export class Pace implements Claim {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds of computing it has had. */
  busy = 0;
  /** Milliseconds of sound that are made. */
  sounds = 0;
  private readonly lane: Lane;
  private due: number;
  private begun: number | undefined;
  private heard = 0;
  private served = 0;

  /** @param inMs its listener needs the first piece in so many milliseconds; 0 and less is now */
  constructor(lane: Lane, signal?: AbortSignal, inMs = 0) {
    this.lane = lane;
    this.signal = signal;
    this.due = performance.now() + Math.max(0, inMs) + (lane === 'batch' ? BATCH_PATIENCE_MS : 0);
  }

  get urgency(): number {
    const inMs = this.due - performance.now();
    if (this.begun === undefined && this.lane === 'interactive' && inMs <= 0) return BEFORE + this.due;
    return inMs < COMFORT_MS ? this.due : AFTER[this.lane] + this.served;
  }

  /** A piece of so many seconds has been made. */
  made(seconds: number): void {
    const now = performance.now();
    this.sounds += seconds * 1000;
    this.begun ??= Math.max(this.due, now);
    this.heard += seconds * 1000 * (this.lane === 'batch' ? BATCH_SLOWNESS : 1);
    this.due = this.begun + this.heard;
    this.served = now;
  }

  spent(ms: number): void {
    this.busy += ms;
  }
}

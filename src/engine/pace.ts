import type { Lane } from '../speech.ts';
import type { Claim } from './turns.ts';

/** How much slower than a listener batch work is due, and how long it may wait for its first turn. */
const BATCH_SLOWNESS = 10;
const BATCH_PATIENCE_MS = 3_000;

/**
 * When a sentence's next piece is due: an interactive one by when its listener will have heard what there is, a batch one
 * later in proportion. So a first piece goes before anybody who has sound in hand, and batch work gives way without
 * starving: it comes due too.
 */
export class Pace implements Claim {
  readonly signal: AbortSignal | undefined;
  due: number;
  /** Milliseconds of computing it has had. */
  busy = 0;
  private readonly lane: Lane;
  private begun: number | undefined;
  private heard = 0;

  constructor(lane: Lane, signal?: AbortSignal) {
    this.lane = lane;
    this.signal = signal;
    this.due = performance.now() + (lane === 'batch' ? BATCH_PATIENCE_MS : 0);
  }

  /** A piece of so many seconds has been made. */
  made(seconds: number): void {
    this.begun ??= performance.now();
    this.heard += seconds * 1000 * (this.lane === 'batch' ? BATCH_SLOWNESS : 1);
    this.due = this.begun + this.heard;
  }

  spent(ms: number): void {
    this.busy += ms;
  }
}

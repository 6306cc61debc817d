import type { Demand } from './demand.ts';
import { isBatch, isEarly, type Order } from './order.ts';
import type { Speed } from './speed.ts';

/** An utterance that is being made. */
export interface Running extends Order {
  /** Nobody waited for it yet when it began. */
  readonly early: boolean;
  /** When it began, as `performance.now()` tells time. */
  readonly given: number;
  /** Its own part of the time until it has samples, 0 … 1: of those who begin in turn each is measured by itself. */
  readonly share: number;
  /** There are samples of it. */
  begun: boolean;
}

/** Share of the workers' speed that is kept back. */
const RESERVE = 0.2;
/**
 * Interactive requests in turn on one worker, at most: with more its caches hold none, and all get less (bench/load).
 */
const MOST_A_WORKER = 20;

/** The utterances that are being made, and how many requests may be. */
export class InWork {
  private readonly running = new Set<Running>();
  private readonly workers: number;
  private readonly speed: Speed;

  constructor(workers: number, speed: Speed) {
    this.workers = workers;
    this.speed = speed;
  }

  get size(): number {
    return this.running.size;
  }

  /** Milliseconds of one worker that each is predicted to take. */
  get costs(): number[] {
    return [...this.running].map(({ cost }) => cost);
  }

  begin(order: Order): Running {
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

  /** Whether it was still being made. */
  end(running: Running): boolean {
    return this.running.delete(running);
  }

  count(which: (each: Running) => boolean): number {
    return [...this.running].filter(which).length;
  }

  /** Interactive requests that are in work. */
  get demands(): Set<Demand> {
    return new Set([...this.running].filter((each) => !isBatch(each)).map(({ demand }) => demand));
  }

  /**
   * Interactive requests that may be in work at once: as many as the workers, at their measured speed with the voices
   * in work, can keep hearing without a gap. One more would make all of them wait, and nobody's promise would be kept.
   */
  get streams(): number {
    const voices = [...this.running].filter((each) => !isBatch(each)).map(({ voice }) => voice);
    // Rounded first: the mean of many voices is a hair off a whole number.
    const audible = Math.floor(Number((this.workers * this.speed.realTime(voices) * (1 - RESERVE)).toFixed(6)));
    return Math.max(this.workers, Math.min(this.workers * MOST_A_WORKER, audible));
  }

  /** Milliseconds to the first samples: those without any begin one after the other on each worker. */
  predictBegin(voice: string): number {
    const unbegun = [...this.running].filter((each) => !each.begun && !each.early && !isBatch(each));
    const ownMs = this.speed.beginMs(voice);
    const sum = unbegun.reduce((total, each) => total + this.speed.beginMs(each.voice), ownMs);
    const turns = Math.ceil((unbegun.length + 1) / this.workers);
    return (turns * sum) / (unbegun.length + 1);
  }
}

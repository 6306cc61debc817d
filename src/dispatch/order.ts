import type { Lane } from '../speech.ts';
import type { Demand } from './demand.ts';

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

/** An utterance due later than this, in milliseconds, counts as early. */
const EARLY_MS = 500;

export function isBatch({ lane }: Pick<Order, 'lane'>): boolean {
  return lane === 'batch';
}

export function isEarly({ due }: Pick<Order, 'due'>): boolean {
  return due - performance.now() > EARLY_MS;
}

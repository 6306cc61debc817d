import type { Removal, Removed, ResultEntry } from './store.ts';

/** A place that keeps results, as retention sees it. */
export interface Shelf {
  inventory(): Promise<Inventory>;
  /** Removes a complete result, unless somebody has put a hold on it meanwhile, or reads it. */
  discard(name: string): Promise<Removed>;
  /** Removes what a dead process left. */
  clear(orphan: Removal): Promise<void>;
  /** Whether a result is being read where that would be cut short by removing it. */
  busy?(name: string): boolean;
}

export interface Inventory {
  /** Complete results, the oldest first. */
  readonly results: readonly ResultEntry[];
  readonly orphans: readonly Removal[];
  /** Bytes of each result that another process is writing. */
  readonly othersPending: readonly number[];
  /** How many other processes write here. */
  readonly otherWriters: number;
  /** By the clock that the results' ages are of, in ms. */
  readonly now: number;
}

/**
 * For sorting, the oldest first. A clock may give many results the same time: they stand in an order all the same, so
 * that what a dry run names is what a sweep removes.
 */
export function byAge(a: ResultEntry, b: ResultEntry): number {
  return a.modified.getTime() - b.modified.getTime() || (a.name < b.name ? -1 : 1);
}

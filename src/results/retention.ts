import { LangduError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import type { Log } from '../log.ts';
import { isOutside, plan, type RetentionLimits, TRIMMED } from './plan.ts';
import type { Inventory, Shelf } from './shelf.ts';
import type { Removal, SweepReport } from './store.ts';

/**
 * Several processes that share a place know of each other's bytes only when they look. So they begin to trim at this
 * share of the limit, and look again whenever they have written their part of what is above it.
 */
const SHARED = 0.95;
/** How long a process that was seen writing is taken to do so still. */
const OTHERS_MS = 10 * 60_000;
/** Results that are removed at the same time: a removal may be a request to another machine. */
const AT_ONCE = 8;

/**
 * Keeps a place of results within an age and a size. Bytes are counted before they are written, so the size holds at
 * every moment, with any number of writers: who finds no room waits for a sweep, and is refused when that finds none.
 * Two exceptions: a result that alone is larger than the limit is not counted (`isOutside`), and what is on its way out
 * no longer is, as what somebody still reads.
 */
export class Retention {
  readonly #shelf: Shelf;
  readonly #limits: RetentionLimits;
  readonly #log: Log;
  /** Bytes of results that this process is writing: those that count, and those outside of the limit. */
  #own = 0;
  #outside = 0;
  /** Bytes of everything else: as the last look saw it, and what was completed or removed since. */
  #others = 0;
  /** Bytes that others' looks may have missed when we last looked, and those that we have reserved since. */
  #unseen = 0;
  /** Bytes reserved and not written yet: there for nobody else to see. */
  #unwritten = 0;
  #otherWriters = 0;
  #othersUntil = 0;
  /** What the last look saw, and what was completed since it began. */
  #seen = new Set<string>();
  #completed = new Map<string, number>();
  /** The total at which to look next, when one result alone is past the limit. */
  #next = 0;
  /** Bytes to free beyond what the limit asks for, because the disk is full. */
  #wanted = 0;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<SweepReport> | undefined;

  constructor(shelf: Shelf, limits: RetentionLimits, log: Log) {
    this.#shelf = shelf;
    this.#limits = limits;
    this.#log = log;
  }

  start(everyMs: number): void {
    this.#timer = setInterval(() => this.#sweepQuietly(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get ownBytes(): number {
    return this.#own + this.#outside;
  }

  /**
   * Makes room for `bytes` more of a result that has `already`, and has them written. Throws `storage_full`, with
   * nothing written, when what cannot be removed leaves none.
   *
   * @param expected about how large it will be
   */
  async write(bytes: number, already: number, expected: number, work: () => Promise<void>): Promise<void> {
    if (this.#isOutside(already + bytes, expected)) {
      this.#standOutside(bytes, already, expected);
      return work();
    }
    this.#unwritten += bytes;
    try {
      await this.#reserve(bytes, already + bytes);
      await work();
    } finally {
      this.#unwritten -= bytes;
    }
  }

  /** Reserved bytes were dropped. */
  dropped(bytes: number, expected: number): void {
    if (this.#isOutside(bytes, expected)) this.#outside -= bytes;
    else this.#own -= bytes;
  }

  /** A result of this process is complete. */
  completed(name: string, bytes: number, expected: number): void {
    this.dropped(bytes, expected);
    if (isOutside(bytes, this.#limits)) {
      this.#log.warn({ result: name, bytes, limit: this.#limits.keepBytes }, 'result larger than LANGDU_KEEP_BYTES');
      return;
    }
    // A look may have met it before we come to say so.
    if (this.#seen.has(name)) return;
    this.#completed.set(name, bytes);
    this.#others += bytes;
  }

  /**
   * The disk is full: gives up the oldest results early, where there is a size to give them up for. True when some
   * went.
   */
  async makeRoom(bytes: number): Promise<boolean> {
    if (this.#limits.keepBytes === 0) return false;
    await this.#sweeping?.catch(() => undefined);
    this.#wanted = Math.max(this.#wanted, bytes + this.#others * (1 - TRIMMED));
    const { removals } = await this.sweep();
    return removals.length > 0;
  }

  /** What a sweep would remove now. */
  async preview(): Promise<SweepReport> {
    const inventory = await this.#shelf.inventory();
    return report(inventory, [...inventory.orphans, ...this.#plan(inventory, 0)]);
  }

  /** Looks the place through: removes orphans, what is too old, and the oldest of what is too much. */
  sweep(): Promise<SweepReport> {
    this.#sweeping ??= this.#look().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  get #total(): number {
    return this.#own + this.#others;
  }

  get #limit(): number {
    return this.#limits.keepBytes * (this.#otherWriters > 0 ? SHARED : 1);
  }

  #isOutside(bytes: number, expected: number): boolean {
    return isOutside(Math.max(bytes, expected), this.#limits);
  }

  /** What a result had before it grew past the limit counts no longer. */
  #standOutside(bytes: number, already: number, expected: number): void {
    const stood = this.#isOutside(already, expected);
    if (!stood) this.#own -= already;
    this.#outside += stood ? bytes : already + bytes;
  }

  /** @param mine what the result has with these bytes */
  async #reserve(bytes: number, mine: number): Promise<void> {
    this.#own += bytes;
    this.#unseen += bytes;
    if (!this.#mustLook(mine)) return;
    await this.#sweepQuietly();
    // That one may have begun before these bytes were counted.
    if (this.#isOver(mine)) await this.#sweepQuietly();
    if (this.#isOver(mine)) {
      this.#own -= bytes;
      throw new LangduError('storage_full', {}, new Error(`${this.#total} bytes cannot be removed now`));
    }
    this.#next = this.#total + this.#limits.keepBytes * (1 - TRIMMED);
  }

  /** Too much, and not for one result of `mine` bytes alone. */
  #isOver(mine: number): boolean {
    return this.#total > this.#limit && this.#total > mine;
  }

  #mustLook(mine: number): boolean {
    const { keepBytes } = this.#limits;
    if (keepBytes === 0) return false;
    // For each of us, and for one that has begun since we looked.
    const part = (keepBytes * (1 - SHARED)) / (this.#otherWriters + 2);
    if (this.#unseen > part) return true;
    return this.#isOver(mine) || (this.#total > this.#limit && this.#total > this.#next);
  }

  /** A place that cannot be read now must not fail the request at hand; writing to it will, if it comes to that. */
  async #sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#log.warn({ err: error }, 'results cannot be swept');
    }
  }

  async #look(): Promise<SweepReport> {
    this.#completed.clear();
    this.#unseen = this.#unwritten;
    const wanted = this.#wanted;
    this.#wanted = 0;
    const inventory = await this.#shelf.inventory();
    this.#count(inventory);

    const planned = this.#plan(inventory, wanted);
    const gone = new Set<Removal>(inventory.orphans);
    await inParallel(inventory.orphans, AT_ONCE, (orphan) => this.#shelf.clear(orphan));
    await inParallel(planned, AT_ONCE, async (removal) => {
      const outcome = await this.#shelf.discard(removal.name);
      if (outcome === 'held' || outcome === 'busy') return;
      if (!isOutside(removal.bytes, this.#limits)) this.#others -= removal.bytes;
      if (outcome === 'removed') gone.add(removal);
    });
    const removals = [...inventory.orphans, ...planned].filter((removal) => gone.has(removal));
    const done = report(inventory, removals);
    if (removals.length > 0) {
      const count = (reason: string) => removals.filter((removal) => removal.reason === reason).length;
      const reasons = { age: count('age'), size: count('size'), orphan: count('orphan') };
      this.#log.info({ removed: removals.length, ...reasons, bytes: done.bytes }, 'results swept');
    }
    return done;
  }

  #count({ results, othersPending, otherWriters }: Inventory): void {
    this.#seen = new Set(results.map(({ name }) => name));
    this.#others = this.#counted([...results.map(({ size }) => size), ...othersPending]);
    for (const [name, bytes] of this.#completed) {
      if (!this.#seen.has(name)) this.#others += bytes;
    }
    // Between two results a process writes none, and is there all the same.
    const now = Date.now();
    if (otherWriters < this.#otherWriters && now < this.#othersUntil) return;
    this.#otherWriters = otherWriters;
    this.#othersUntil = now + OTHERS_MS;
  }

  #counted(sizes: readonly number[]): number {
    return sizes.reduce((sum, size) => (isOutside(size, this.#limits) ? sum : sum + size), 0);
  }

  #plan({ results, othersPending, now }: Inventory, wanted: number): Removal[] {
    const pendingBytes = this.#own + this.#counted(othersPending);
    const busy = (name: string): boolean => this.#shelf.busy?.(name) ?? false;
    return plan({ results, pendingBytes, now, wanted, limit: this.#limit, busy }, this.#limits);
  }
}

function report({ results }: Inventory, removals: readonly Removal[]): SweepReport {
  const going = new Set(removals.map(({ name }) => name));
  const stay = results.filter(({ name }) => !going.has(name));
  return { removals, results: stay.length, bytes: stay.reduce((sum, { size }) => sum + size, 0) };
}

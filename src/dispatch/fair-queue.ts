import type { Lane } from '../speech.ts';

/** Work that waits for its turn. */
export interface Waiting {
  readonly lane: Lane;
  readonly caller: string;
  /** How much work it is; any unit, the same for all. */
  readonly cost: number;
  readonly start: () => void;
}

interface Entry extends Waiting {
  /** Virtual time at which it would start if every caller had an equal share. */
  readonly tag: number;
}

/** Of so many starts one is of the batch lane when both lanes wait. */
const BATCH_SHARE = 8;

/**
 * Two lanes, each shared fairly among its callers by work, not by requests (start-time fair queueing: Goyal, Vin and Cheng, 1996): one
 * with a thousand sentences waits behind his own, not in front of everybody's. Batch work gives way to interactive
 * work but gets one start in eight.
 */
export class FairQueue {
  private readonly lanes: Readonly<Record<Lane, FairLane>> = { interactive: new FairLane(), batch: new FairLane() };
  private sinceBatch = 0;

  get size(): number {
    return this.lanes.interactive.size + this.lanes.batch.size;
  }

  sizeOf(lane: Lane): number {
    return this.lanes[lane].size;
  }

  /** Adds work; the answer takes it out again. */
  add(work: Waiting): () => void {
    return this.lanes[work.lane].add(work);
  }

  /** Takes the next out; of the batch lane only when it may start. */
  next(batchMayStart: boolean): Waiting | undefined {
    const { interactive, batch } = this.lanes;
    const batchTurn = this.sinceBatch >= BATCH_SHARE - 1 || interactive.size === 0;
    const found = (batchMayStart && batchTurn ? batch.next() : undefined) ?? interactive.next();
    if (found === undefined) return undefined;
    this.sinceBatch = found.lane === 'batch' ? 0 : this.sinceBatch + 1;
    return found;
  }

  /** Work that would start before new work of this caller: cost and number. */
  ahead(lane: Lane, caller: string): { readonly cost: number; readonly count: number } {
    const own = this.lanes[lane].ahead(caller);
    if (lane === 'interactive') return own;
    const other = this.lanes.interactive.all();
    return { cost: own.cost + other.cost, count: own.count + other.count };
  }
}

class FairLane {
  private readonly entries = new Set<Entry>();
  /** Where each caller's next work would start. */
  private readonly finished = new Map<string, number>();
  private now = 0;

  get size(): number {
    return this.entries.size;
  }

  add(work: Waiting): () => void {
    const tag = this.tag(work.caller);
    const entry: Entry = { ...work, tag };
    this.finished.set(work.caller, tag + work.cost);
    this.entries.add(entry);
    return () => {
      this.entries.delete(entry);
    };
  }

  next(): Waiting | undefined {
    let first: Entry | undefined;
    for (const entry of this.entries) if (first === undefined || entry.tag < first.tag) first = entry;
    if (first === undefined) return undefined;
    this.entries.delete(first);
    this.now = first.tag;
    // Who is behind the lane's time has no claim left from before.
    for (const [caller, tag] of this.finished) if (tag <= this.now) this.finished.delete(caller);
    return first;
  }

  ahead(caller: string): { cost: number; count: number } {
    const tag = this.tag(caller);
    return total([...this.entries].filter((entry) => entry.tag <= tag));
  }

  all(): { cost: number; count: number } {
    return total(this.entries);
  }

  private tag(caller: string): number {
    return Math.max(this.now, this.finished.get(caller) ?? 0);
  }
}

function total(entries: Iterable<Entry>): { cost: number; count: number } {
  let cost = 0;
  let count = 0;
  for (const entry of entries) {
    cost += entry.cost;
    count += 1;
  }
  return { cost, count };
}

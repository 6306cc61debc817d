import { LRUCache } from 'lru-cache';
import type { Lane } from '../speech.ts';

/** Work that waits for its turn. */
export interface Waiting {
  readonly lane: Lane;
  readonly caller: string;
  /** How much work it is; any unit, the same for all. */
  readonly cost: number;
  /** When its listener needs it, in milliseconds: a caller's own work goes in this order. */
  readonly due: number;
  readonly start: () => void;
}

/** Of so many starts one is of the batch lane when both lanes wait. */
const BATCH_SHARE = 8;

/**
 * Two lanes, each shared fairly among its callers by work, not by requests: one with a thousand sentences waits behind
 * his own, not in front of everybody's. Batch work gives way to interactive work but gets one start in eight.
 */
export class FairQueue<Work extends Waiting = Waiting> {
  private readonly lanes: Readonly<Record<Lane, FairLane<Work>>> = {
    interactive: new FairLane(),
    batch: new FairLane(),
  };
  private sinceBatch = 0;

  get size(): number {
    return this.lanes.interactive.size + this.lanes.batch.size;
  }

  /** Callers of whom anything is kept. */
  get remembered(): number {
    return this.lanes.interactive.remembered + this.lanes.batch.remembered;
  }

  sizeOf(lane: Lane): number {
    return this.lanes[lane].size;
  }

  /** Adds work; the answer takes it out again. */
  add(work: Work): () => void {
    return this.lanes[work.lane].add(work);
  }

  /** Takes the next out that may start: of the batch lane when `batch` says so, of either what `may` lets. */
  next({ batch: batchMayStart, may }: Permission<Work>): Work | undefined {
    const { interactive, batch } = this.lanes;
    const batchTurn = this.sinceBatch >= BATCH_SHARE - 1 || interactive.size === 0;
    const found = (batchMayStart && batchTurn ? batch.next(may) : undefined) ?? interactive.next(may);
    if (found === undefined) return undefined;
    this.sinceBatch = found.lane === 'batch' ? 0 : this.sinceBatch + 1;
    return found;
  }

  /** When the turn of such work of its caller comes, in the time of its lane; what is smaller comes first. */
  turnOf({ lane, caller, due }: Pick<Waiting, 'lane' | 'caller' | 'due'>): number {
    return this.lanes[lane].turnOf(caller, due);
  }

  /** Work that would start before new work of this caller, as far as it `counts`. */
  ahead(
    { lane, caller, due }: Pick<Waiting, 'lane' | 'caller' | 'due'>,
    counts: (work: Work) => boolean = () => true,
  ): Load {
    const own = this.lanes[lane].ahead(caller, due, counts);
    return lane === 'interactive' ? own : add(own, this.lanes.interactive.load(counts));
  }
}

/** What may start now. */
export interface Permission<Work> {
  readonly batch: boolean;
  readonly may: (work: Work) => boolean;
}

interface Load {
  readonly cost: number;
  readonly count: number;
}

/** Callers of whom it is remembered, while they wait for nothing, how far ahead of the others they are. */
const MOST_AWAY = 1_000;

/** Start-time fair queueing (Goyal, Vin and Cheng, 1996): who has had the least, counted from when he came, is next. */
class FairLane<Work extends Waiting> {
  private readonly callers = new Map<string, Caller<Work>>();
  /** What those have had who wait for nothing just now; bounded, because most callers come once. */
  private readonly away = new LRUCache<string, number>({ max: MOST_AWAY });
  /** The lane's virtual time: what whoever went last had had. */
  private now = 0;
  /** The most that any caller has had. */
  private most = 0;
  size = 0;

  get remembered(): number {
    return this.callers.size + this.away.size;
  }

  load(counts: (work: Work) => boolean): Load {
    return [...this.callers.values()].map(({ works }) => loadOf(works, counts)).reduce(add, nothing);
  }

  add(work: Work): () => void {
    const name = work.caller;
    const caller = this.callers.get(name) ?? { had: this.hadBy(name), works: new Set() };
    this.callers.set(name, caller);
    this.away.delete(name);
    caller.works.add(work);
    this.size += 1;
    return () => this.remove(caller, work);
  }

  next(may: (work: Work) => boolean): Work | undefined {
    let first: Caller<Work> | undefined;
    let found: Work | undefined;
    for (const caller of this.callers.values()) {
      if (first !== undefined && caller.had >= first.had) continue;
      const work = soonest(caller.works, may);
      if (work !== undefined) [first, found] = [caller, work];
    }
    if (first === undefined || found === undefined) return undefined;
    this.now = first.had;
    first.had += found.cost;
    this.most = Math.max(this.most, first.had);
    this.remove(first, found);
    return found;
  }

  /** The caller's own work that is due no later, and what others may have until he has had that. */
  ahead(name: string, due: number, counts: (work: Work) => boolean): Load {
    const caller = this.callers.get(name);
    const own = loadOf(caller?.works ?? [], (work) => work.due <= due && counts(work));
    const until = Math.max(this.now, this.hadBy(name)) + own.cost;
    let total = own;
    for (const other of this.callers.values()) {
      if (other === caller) continue;
      const load = loadOf(other.works, counts);
      const share = load.cost === 0 ? 0 : Math.min(1, Math.max(0, until - other.had) / load.cost);
      total = add(total, { cost: share * load.cost, count: Math.ceil(share * load.count) });
    }
    return total;
  }

  /** What the caller will have had when he has had his own work that is due sooner. */
  turnOf(name: string, due: number): number {
    const works = this.callers.get(name)?.works ?? [];
    return Math.max(this.now, this.hadBy(name)) + loadOf(works, (work) => work.due < due).cost;
  }

  /** Who was away has saved nothing up: he begins no further back than the lane is. */
  private hadBy(name: string): number {
    return this.callers.get(name)?.had ?? Math.max(this.now, this.away.get(name) ?? 0);
  }

  private remove(caller: Caller<Work>, work: Work): void {
    if (!caller.works.delete(work)) return;
    this.size -= 1;
    if (caller.works.size === 0) {
      this.callers.delete(work.caller);
      if (caller.had > this.now) this.away.set(work.caller, caller.had);
    }
    if (this.size > 0) return;
    // Nobody waits, so nobody was passed over: all begin anew as equals.
    this.now = this.most;
    if (this.away.size > 0) this.away.clear();
  }
}

interface Caller<Work> {
  /** Cost of what he has had, in the lane's virtual time. */
  had: number;
  readonly works: Set<Work>;
}

function soonest<Work extends Waiting>(works: Iterable<Work>, may: (work: Work) => boolean): Work | undefined {
  let found: Work | undefined;
  for (const work of works) if ((found === undefined || work.due < found.due) && may(work)) found = work;
  return found;
}

const nothing: Load = { cost: 0, count: 0 };

function loadOf<Work extends Waiting>(works: Iterable<Work>, counts: (work: Work) => boolean): Load {
  let cost = 0;
  let count = 0;
  for (const work of works) {
    if (!counts(work)) continue;
    cost += work.cost;
    count += 1;
  }
  return { cost, count };
}

function add(a: Load, b: Load): Load {
  return { cost: a.cost + b.cost, count: a.count + b.count };
}

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
 * Two lanes, each shared fairly among its callers by work, not by requests: one with a thousand sentences waits behind his own, not
 * in front of everybody's. Batch work gives way to interactive work but gets one start in eight.
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

/** Start-time fair queueing (Goyal, Vin and Cheng, 1996): who has had the least, counted from when he came, is next. */
class FairLane<Work extends Waiting> {
  private readonly callers = new Map<string, Caller<Work>>();
  /** The lane's virtual time: what whoever went last had had. */
  private now = 0;

  get size(): number {
    let size = 0;
    for (const { works } of this.callers.values()) size += works.size;
    return size;
  }

  load(counts: (work: Work) => boolean): Load {
    return [...this.callers.values()].map(({ works }) => loadOf(works, counts)).reduce(add, nothing);
  }

  add(work: Work): () => void {
    const caller = this.callers.get(work.caller) ?? { had: this.now, works: new Set() };
    if (caller.works.size === 0) caller.had = Math.max(caller.had, this.now);
    this.callers.set(work.caller, caller);
    caller.works.add(work);
    return () => {
      caller.works.delete(work);
    };
  }

  next(may: (work: Work) => boolean): Work | undefined {
    let first: Caller<Work> | undefined;
    let found: Work | undefined;
    for (const [name, caller] of this.callers) {
      // Who waits for nothing and is behind the lane's time has no claim left from before.
      if (caller.works.size === 0) {
        if (caller.had <= this.now) this.callers.delete(name);
      } else if (first === undefined || caller.had < first.had) {
        const work = soonest(caller.works, may);
        if (work !== undefined) [first, found] = [caller, work];
      }
    }
    if (first === undefined || found === undefined) return undefined;
    first.works.delete(found);
    this.now = first.had;
    first.had += found.cost;
    return found;
  }

  /** The caller's own work that is due no later, and what others may have until he has had that. */
  ahead(name: string, due: number, counts: (work: Work) => boolean): Load {
    const caller = this.callers.get(name);
    const own = loadOf(caller?.works ?? [], (work) => work.due <= due && counts(work));
    const until = Math.max(this.now, caller?.had ?? 0) + own.cost;
    let total = own;
    for (const other of this.callers.values()) {
      if (other === caller) continue;
      const load = loadOf(other.works, counts);
      const share = load.cost === 0 ? 0 : Math.min(1, Math.max(0, until - other.had) / load.cost);
      total = add(total, { cost: share * load.cost, count: Math.ceil(share * load.count) });
    }
    return total;
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

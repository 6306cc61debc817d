import type { Worker } from 'node:cluster';
import { aggregate, counts, type Snapshot } from '../metrics/aggregate.ts';
import type { Metrics } from '../metrics.ts';
import type { FromPrimary } from './messages.ts';

/** A process that does not answer in this time is left out. */
const SNAPSHOT_MS = 1_000;

/**
 * The metrics of all processes as one. What a process had counted when it was last asked stays in the sums after its
 * death, so that counters do not fall when it is replaced.
 */
export class Gathering {
  readonly #own: Metrics;
  readonly #last = new Map<Worker, Snapshot>();
  readonly #answers = new Map<string, (snapshot: Snapshot) => void>();
  #departed: Promise<Snapshot> = Promise.resolve([]);
  #questions = 0;

  /** @param own the primary's metrics */
  constructor(own: Metrics) {
    this.#own = own;
  }

  /** Never rejects: what cannot be had is left out. */
  async all(members: readonly Worker[]): Promise<Snapshot> {
    this.#questions += 1;
    const id = this.#questions;
    const snapshots = await Promise.all(members.map((member) => this.#ask(member, id)));
    return aggregate([
      await this.#own.snapshot(),
      await this.#departed,
      ...snapshots.filter((one) => one !== undefined),
    ]);
  }

  /** A process answered. */
  take(member: Worker, id: number, snapshot: Snapshot): void {
    this.#last.set(member, snapshot);
    this.#answers.get(`${id} ${member.id}`)?.(snapshot);
  }

  /** A process is gone. */
  leave(member: Worker): void {
    const last = this.#last.get(member);
    this.#last.delete(member);
    if (last !== undefined) this.#departed = this.#departed.then((departed) => counts([departed, last]));
  }

  #ask(member: Worker, id: number): Promise<Snapshot | undefined> {
    if (!member.isConnected()) return Promise.resolve(undefined);
    const key = `${id} ${member.id}`;
    return new Promise((resolve) => {
      const settle = (snapshot?: Snapshot): void => {
        clearTimeout(timer);
        this.#answers.delete(key);
        resolve(snapshot);
      };
      const timer = setTimeout(settle, SNAPSHOT_MS);
      this.#answers.set(key, settle);
      member.send({ kind: 'snapshot', id } satisfies FromPrimary, () => undefined);
    });
  }
}

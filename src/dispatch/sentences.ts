import type { Metrics } from '../metrics.ts';
import type { Lane } from '../speech.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { Admission } from './admission.ts';
import { Making } from './making.ts';
import { type Asked, type Asking, type OrderParts, RequestOrders } from './request-orders.ts';
import type { SentenceCache } from './sentence-cache.ts';
import type { Slots } from './slots.ts';
import type { Speed } from './speed.ts';

export interface SentenceParts {
  readonly pool: Pick<WorkerPool, 'utter'>;
  readonly slots: Slots;
  readonly speed: Speed;
  readonly admission: Admission;
  readonly cache: SentenceCache;
  readonly metrics: Metrics | undefined;
}

/**
 * Makes utterances, each once: out of the cache, along with whoever is waiting for it already, or by a worker in its
 * turn.
 */
export class Sentences {
  private readonly parts: SentenceParts;
  private readonly orderParts: OrderParts;
  private readonly makings = new Map<string, { readonly making: Making; readonly lane: Lane }>();

  constructor(parts: SentenceParts) {
    this.parts = parts;
    const { speed, admission, cache } = parts;
    this.orderParts = { speed, admission, cache, making: (asking) => this.making(asking) };
  }

  open(asked: Asked): RequestOrders {
    return new RequestOrders(this.orderParts, asked);
  }

  /** What there is now. */
  report(metrics: Metrics): void {
    const { slots, cache } = this.parts;
    for (const lane of ['interactive', 'batch'] as const) metrics.queued.set({ lane }, slots.waitingIn(lane));
    metrics.running.set(slots.active);
    metrics.cacheBytes.set({ tier: 'memory' }, cache.bytes);
    metrics.cacheBytes.set({ tier: 'disk' }, cache.diskBytes);
  }

  async close(): Promise<void> {
    await this.parts.cache.settled();
  }

  /**
   * The utterance where it is being made soon enough: who listens does not wait for batch work, but has it made anew.
   */
  private making(asking: Asking): Making {
    const { key, passenger } = asking;
    const { lane } = passenger.order;
    const found = this.makings.get(key);
    if (found !== undefined && !(found.lane === 'batch' && lane === 'interactive')) return found.making;
    const land = () => {
      if (this.makings.get(key)?.making === making) this.makings.delete(key);
    };
    const making = new Making(this.parts.slots, land);
    this.makings.set(key, { making, lane });
    this.make(asking, making)
      .then(
        () => making.flight.end(),
        (error: unknown) => making.flight.end(error),
      )
      .finally(land);
    return making;
  }

  private async make({ key, utterance, keep, after }: Asking, making: Making): Promise<void> {
    const { cache, metrics, speed, pool } = this.parts;
    const kept = await cache.load(key);
    making.look(kept);
    if (kept !== undefined) return;
    const asked = performance.now();
    const { slot, order } = await making.turn(after);
    const { lane, due } = order;
    metrics?.queueSeconds.observe({ lane }, (performance.now() - asked) / 1000);
    const onDone = (busyMs: number, soundMs: number) => {
      speed.observe(utterance.voice, utterance.input.length, busyMs, soundMs);
      making.spent(busyMs, soundMs);
    };
    const { pieces } = making.flight;
    try {
      const wanted = { utterance, lane, inMs: due - performance.now(), onDone };
      for await (const piece of pool.utter(wanted, making.signal)) {
        making.push(piece);
        if (pieces.length === 1) slot.begun();
      }
    } finally {
      slot.release();
    }
    const durations = pieces[0]?.durations;
    if (durations === undefined) return;
    cache.put(key, { durations, pieces: pieces.map(({ samples }) => samples) }, keep);
  }
}

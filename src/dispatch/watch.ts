import type { Metrics } from '../metrics.ts';
import type { Lane, SpeechChunk, SpeechPlan } from '../speech.ts';
import type { Spent } from './request-orders.ts';

/** Measures one request: when it began to sound, when it was done, what it cost. */
export class Watch {
  private readonly metrics: Metrics;
  private readonly labels: { readonly lane: Lane; readonly voice: string };
  private readonly arrived = performance.now();
  private heard = false;

  constructor(metrics: Metrics, lane: Lane, voice: string) {
    this.metrics = metrics;
    this.labels = { lane, voice };
  }

  made({ samples }: SpeechChunk): void {
    if (samples.length === 0 || this.heard) return;
    this.heard = true;
    this.metrics.firstAudio.observe(this.labels, this.elapsed());
  }

  /** It was spoken to its end, and workers did so much for it: what was in the cache says nothing of their speed. */
  ended({ busyMs, soundMs }: Spent): void {
    this.metrics.total.observe(this.labels, this.elapsed());
    if (busyMs > 0 && soundMs > 0) this.metrics.realTimeFactor.observe(this.labels, busyMs / soundMs);
  }

  /** It is over, well or not; the cache had so much of what it ordered. */
  over(cache: SpeechPlan['cache']): void {
    this.metrics.cache.inc({ outcome: cache });
  }

  private elapsed(): number {
    return (performance.now() - this.arrived) / 1000;
  }
}

import type { Metrics } from '../metrics.ts';
import type { Lane, SpeechChunk, SpeechPlan } from '../speech.ts';

/** Measures one request: when it began to sound, when it was done, what it cost. */
export class Watch {
  private readonly metrics: Metrics;
  private readonly labels: { readonly lane: Lane; readonly voice: string };
  private readonly arrived = performance.now();
  private heard = false;
  private seconds = 0;

  constructor(metrics: Metrics, lane: Lane, voice: string) {
    this.metrics = metrics;
    this.labels = { lane, voice };
  }

  begun({ cache }: SpeechPlan): void {
    this.metrics.cache.inc({ outcome: cache });
  }

  made({ samples, sampleRate }: SpeechChunk): void {
    if (samples.length === 0) return;
    this.seconds += samples.length / sampleRate;
    if (this.heard) return;
    this.heard = true;
    this.metrics.firstAudio.observe(this.labels, this.elapsed());
  }

  /** @param busyMs computing that workers did for it */
  ended(busyMs: number): void {
    this.metrics.total.observe(this.labels, this.elapsed());
    if (busyMs > 0 && this.seconds > 0) {
      this.metrics.realTimeFactor.observe(this.labels, busyMs / 1000 / this.seconds);
    }
  }

  private elapsed(): number {
    return (performance.now() - this.arrived) / 1000;
  }
}

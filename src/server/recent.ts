import type { Metrics, Sample } from '../metrics.ts';

/** How far back, and how often that is looked at. */
const WINDOW_MS = 300_000;
const STEP_MS = 10_000;

/** The counters that the status shows the growth of. */
const names = ['langdu_first_audio_seconds', 'langdu_total_seconds', 'langdu_cache_total'];

interface Snapshot {
  readonly at: number;
  readonly values: ReadonlyMap<string, number>;
}

/** What counters and histograms gained in the last minutes: since the start they only say how it was on the whole. */
export class Recent {
  readonly #metrics: Metrics;
  readonly #snapshots: Snapshot[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    const at = performance.now();
    this.#snapshots.push({ at, values: new Map() });
    // One of several processes may begin when the others have counted for long.
    void this.#read().then((samples) => {
      this.#snapshots[0] = { at, values: valuesOf(samples) };
    });
    this.#timer = setInterval(() => void this.#keep(), STEP_MS);
    this.#timer.unref();
  }

  /** Seconds it looks back, and what each series gained since. */
  async gains(): Promise<{ readonly seconds: number; readonly samples: readonly Sample[] }> {
    const before = this.#snapshots[0]!;
    const now = performance.now();
    const samples = (await this.#read()).map((sample) => ({
      ...sample,
      value: sample.value - (before.values.get(keyOf(sample)) ?? 0),
    }));
    return { seconds: Math.round((now - before.at) / 1000), samples };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #keep(): Promise<void> {
    const at = performance.now();
    const values = valuesOf(await this.#read());
    this.#snapshots.push({ at, values });
    while (this.#snapshots.length > 1 && at - this.#snapshots[0]!.at > WINDOW_MS) this.#snapshots.shift();
  }

  async #read(): Promise<Sample[]> {
    return (await Promise.all(names.map((name) => this.#metrics.samples(name)))).flat();
  }
}

function valuesOf(samples: readonly Sample[]): ReadonlyMap<string, number> {
  return new Map(samples.map((sample) => [keyOf(sample), sample.value]));
}

function keyOf({ name, labels }: Sample): string {
  return `${name} ${JSON.stringify(labels)}`;
}

/**
 * The quantile of a histogram, all its series together: linear inside of a bucket, as Prometheus' histogram_quantile
 * has it. Undefined when nothing was observed; beyond the last bound it is that bound.
 */
export function quantileOf(samples: readonly Sample[], name: string, q: number): number | undefined {
  const cumulative = new Map<number, number>();
  for (const { name: series, labels, value } of samples) {
    if (series !== `${name}_bucket`) continue;
    const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
    cumulative.set(bound, (cumulative.get(bound) ?? 0) + value);
  }
  const bounds = [...cumulative].sort(([a], [b]) => a - b);
  const total = bounds.at(-1)?.[1] ?? 0;
  if (total === 0) return undefined;
  let lower = 0;
  let below = 0;
  for (const [bound, count] of bounds) {
    if (count >= q * total) {
      if (bound === Number.POSITIVE_INFINITY) return lower;
      return count === below ? bound : lower + ((bound - lower) * (q * total - below)) / (count - below);
    }
    [lower, below] = [bound, count];
  }
  return lower;
}

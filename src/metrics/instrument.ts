import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Values of a metric's labels; for a metric without labels there is no such argument. */
type Labelled<L extends string, Rest extends unknown[]> = [L] extends [never]
  ? Rest
  : [labels: Readonly<Record<L, string>>, ...rest: Rest];

export interface CounterMetric<L extends string> {
  /** By 1 when no amount is given. */
  inc(...args: Labelled<L, [amount?: number]>): void;
}

export interface GaugeMetric<L extends string> {
  set(...args: Labelled<L, [value: number]>): void;
}

export interface HistogramMetric<L extends string> {
  observe(...args: Labelled<L, [value: number]>): void;
}

/** How the gauges of several processes become one. */
export type Joined = 'sum' | 'max' | 'min' | 'first';

/** What a metric is called and says; made once a registry, so that two servers of one process count apart. */
export type Definition<M> = (registry: Registry) => M;

export function counter<const L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Definition<CounterMetric<L>> {
  return (registry) => {
    const metric = new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
    const bound = bounded(labelNames);
    return { inc: (...args) => metric.inc(...(bound(args) as [Record<L, string>, number?])) };
  };
}

export function gauge<const L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  joined: Joined = 'sum',
): Definition<GaugeMetric<L>> {
  return (registry) => {
    const options = { name, help, labelNames: [...labelNames], aggregator: joined, registers: [registry] };
    const metric = new Gauge(options);
    const bound = bounded(labelNames);
    return { set: (...args) => metric.set(...(bound(args) as [Record<L, string>, number])) };
  };
}

/** @param buckets upper bounds, ascending */
export function histogram<const L extends string = never>(
  name: string,
  help: string,
  buckets: readonly number[],
  labelNames: readonly L[] = [],
): Definition<HistogramMetric<L>> {
  return (registry) => {
    const options = { name, help, buckets: [...buckets], labelNames: [...labelNames], registers: [registry] };
    const metric = new Histogram(options);
    const bound = bounded(labelNames);
    return { observe: (...args) => metric.observe(...(bound(args) as [Record<L, string>, number])) };
  };
}

/**
 * Values a label may take before further ones are counted together as `other`: a series is memory, here and where it is
 * kept.
 */
export const LABEL_VALUES = 200;

/**
 * Whatever a caller can name must not become a series without end, whoever forgot to check it.
 * Arguments come as `[labels, value]`, or `[value]` where there are no labels.
 */
function bounded(labelNames: readonly string[]): (args: readonly unknown[]) => unknown[] {
  const seen = new Map(labelNames.map((name) => [name, new Set<string>()]));
  return (args) => {
    if (labelNames.length === 0) return [{}, ...args];
    const [labels, ...rest] = args as [Record<string, string>, ...unknown[]];
    const kept: Record<string, string> = {};
    for (const [name, values] of seen) {
      const value = labels[name]!;
      if (values.size < LABEL_VALUES) values.add(value);
      kept[name] = values.has(value) ? value : 'other';
    }
    return [kept, ...rest];
  };
}

import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';

/** All values of a process at one moment, fit to be sent to another. */
export type Snapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

/** Several processes as one: each metric is joined as its definition says. */
export function aggregate(snapshots: readonly Snapshot[]): Promise<Snapshot> {
  return AggregatorRegistry.aggregate([...snapshots]).getMetricsAsJSON();
}

/** In the Prometheus text format. */
export function textOf(snapshot: Snapshot): Promise<string> {
  return AggregatorRegistry.aggregate([snapshot]).metrics();
}

/** What only ever grows, joined: what remains of processes that are no more. */
export async function counts(snapshots: readonly Snapshot[]): Promise<Snapshot> {
  const growing = snapshots.map((snapshot) => snapshot.filter(({ type }) => String(type) !== 'gauge'));
  return AggregatorRegistry.aggregate(growing).getMetricsAsJSON();
}

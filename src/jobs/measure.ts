import type { Metrics } from '../metrics.ts';
import type { JobCounts } from './driver.ts';

/** Puts counts of jobs into the metrics. */
export function measureJobs(metrics: Metrics): (counts: JobCounts) => void {
  return ({ states, queueSeconds }) => {
    for (const [state, count] of Object.entries(states)) metrics.jobs.set({ state }, count);
    metrics.jobQueueSeconds.set(queueSeconds);
  };
}

import { hasEnded, type Job } from './job.ts';

/** Where a job stands in a driver's indexes: derived from the job alone, so that both drivers agree. */
export interface Placement {
  /** May be claimed, from this time on (milliseconds since the epoch; 0 at once). */
  readonly readyAt: number | undefined;
  /** When the keeper must look at it next. */
  readonly wakeAt: number | undefined;
}

/** @param keepMs how long a job that has ended is kept; 0 is for ever */
export function placementOf(job: Job, keepMs: number): Placement {
  const dueAt = hasEnded(job) ? (job.callback?.dueAt ?? removeAt(job, keepMs)) : job.expiresAt;
  return {
    readyAt: job.state === 'queued' ? (job.notBefore ?? 0) : undefined,
    wakeAt: dueAt === undefined ? undefined : Math.max(dueAt, job.tendAfter ?? 0),
  };
}

/** When a job that has ended is forgotten, with its audio; undefined is never. Its callback is settled before. */
export function removeAt(job: Job, keepMs: number): number | undefined {
  const kept = keepMs === 0 || job.endedAt === undefined ? undefined : job.endedAt + keepMs;
  // One that expired unfinished stays as long as others, so that its caller can see so.
  if (job.state !== 'done' || job.expiresAt === undefined) return kept;
  return Math.min(job.expiresAt, kept ?? job.expiresAt);
}

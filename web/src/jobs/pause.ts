import type { Job } from '../server/jobs.ts';

/** How often at most a job is asked about, and how seldom at least. */
export const EVERY_MS = 2000;
const LONGEST_MS = 10_000;
/**
 * What is left of a job is asked about this often: the end of a short one is seen at once, and a book is not asked
 * about every moment.
 */
const LOOKS = 10;

/**
 * How long to wait before a job is asked about again, in ms: longer each time while nothing changes.
 *
 * @param before what it was when it was last asked about, if it was
 * @param waited how long that is ago
 */
export function pause(job: Job, before: Job | undefined, waited: number, now = Date.now()): number {
  const same = before?.state === job.state && before.sentences.done === job.sentences.done;
  const left = job.estimated_end === null ? 0 : Date.parse(job.estimated_end) - now;
  return Math.min(LONGEST_MS, Math.max(EVERY_MS, same ? 2 * waited : left / LOOKS));
}

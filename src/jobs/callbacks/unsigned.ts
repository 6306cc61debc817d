import type { Job } from '../job.ts';
import { callbackClaimed, callbackTried } from '../transitions.ts';

/** A process that has the secret takes what is due at once: one without leaves it to those for so long. */
const OTHERS_MS = 10_000;
/** How often to see whether there is a secret by now, and for how long after the job's end. */
const AGAIN_MS = 5 * 60_000;
const GIVE_UP_MS = 26 * 3_600_000;

/**
 * What becomes of a callback that is due where there is no secret to sign it with, since the setting was removed:
 * nothing at first, then it is put off, so that it stands in nobody's way; in the end it is given up.
 */
export function leaveUnsigned(job: Job, now: number): Job | undefined {
  const due = job.callback?.dueAt;
  if (due === undefined || now - due < OTHERS_MS) return undefined;
  if (now - (job.endedAt ?? 0) < GIVE_UP_MS) return callbackClaimed(job, due, now + AGAIN_MS);
  return callbackTried(job, { at: now, outcome: 'not_signed' }, false);
}

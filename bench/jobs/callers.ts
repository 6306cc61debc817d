import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LangduError } from '../../src/errors.ts';
import type { Job } from '../../src/jobs/job.ts';
import type { OpenedJobs } from '../../src/jobs/open.ts';

/**
 * Jobs a caller sends at a time. One by one, a thousand are a thousand waits for Redis's disk: on a busy machine,
 * minutes.
 */
const AT_ONCE = 32;
const AGAIN_MS = 250;

/** Ids of the jobs, in the order of the texts. */
export async function acceptAll(
  opened: OpenedJobs,
  caller: string,
  texts: readonly string[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    const some = texts.slice(from, from + AT_ONCE);
    ids.push(...(await Promise.all(some.map((text) => accept(opened, caller, text)))));
  }
  return ids;
}

export async function accept({ jobs }: OpenedJobs, caller: string, text: string): Promise<string> {
  const request = { items: [{ text, voice: 'tan' }], gap: 0, output: {} };
  const key = { text: randomUUID(), fingerprint: '' };
  const { job } = await insisting(() => jobs.submit({ caller, request, key }));
  return job.id;
}

/** Throws when a job ended otherwise than well. */
export async function look({ jobs }: OpenedJobs, id: string): Promise<Job> {
  const job = await insisting(() => jobs.get(id));
  if (job.state === 'failed') throw new Error(`a job failed: ${JSON.stringify(job.error)}`);
  return job;
}

export async function lookAll(opened: OpenedJobs, ids: readonly string[]): Promise<readonly Job[]> {
  return Promise.all(ids.map((id) => look(opened, id)));
}

/** With every core at work Redis may answer late; that is no reason to stop. */
export async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LangduError) || error.code !== 'jobs_unavailable') throw error;
      await delay(AGAIN_MS);
    }
  }
}

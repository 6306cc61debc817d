import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openFinisher } from '../../src/audio/finish.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { hasEnded, type Job, type JobRequest, speechOf } from '../../src/jobs/job.ts';
import type { Submission } from '../../src/jobs/jobs.ts';
import { type JobSettings, type OpenedJobs, openJobs } from '../../src/jobs/open.ts';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import type { ResultStore } from '../../src/results/store.ts';
import type { Speaker } from '../../src/speech.ts';
import { until } from '../until.ts';

export interface TestJobs extends OpenedJobs {
  readonly results: ResultStore;
  readonly folder: string;
  /** Bytes of a finished job's audio. */
  audio(job: Job): Promise<Buffer>;
  ended(id: string): Promise<Job>;
  submit(request: JobRequest, more?: Partial<Submission>): Promise<Job>;
}

export interface TestJobsOptions {
  readonly speaker: Speaker;
  readonly settings?: Partial<JobSettings>;
  /** An earlier one's. */
  readonly folder?: string;
  readonly callbackWaits?: readonly number[];
}

/** Jobs in a folder of the test's own, with everything real; closed when the test ends. */
export async function openTestJobs(t: TestContext, options: TestJobsOptions): Promise<TestJobs> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'langdu-jobs-'));
  const log = createLog('silent');
  const results = await openFileStore({ folder: join(folder, 'output'), keepHours: 0, keepBytes: 0, log });
  const settings = { ...loadSettings(), jobs: join(folder, 'jobs'), jobSlots: 1, ...options.settings };
  const { callbackWaits } = options;
  const parts = { speaker: options.speaker, results, log, ...(callbackWaits === undefined ? {} : { callbackWaits }) };
  const opened = await openJobs(settings, parts);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= opened.close().then(() => results.close());
    return closed;
  };
  t.after(async () => {
    await close();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  });
  return {
    ...opened,
    ...{ results, folder, close },
    audio: (job) => readAudio(results, job),
    ended: (id) => waitFor(async () => opened.jobs.get(id), hasEnded),
    submit: async (request, more) => (await opened.jobs.submit({ caller: 'a', request, ...more })).job,
  };
}

export async function readAudio(results: ResultStore, { audio, state, error }: Job): Promise<Buffer> {
  if (audio === undefined) throw new Error(`the job is ${state}: ${JSON.stringify(error)}`);
  const stored = await results.open(audio.name);
  if (stored === undefined) throw new Error(`${audio.name} is not there`);
  const parts: Buffer[] = [];
  for await (const bytes of stored.read(0, stored.size - 1)) parts.push(bytes as Buffer);
  return Buffer.concat(parts);
}

/** Waits until a value fits, and gives it. */
export async function waitFor<T>(get: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  let value: T | undefined;
  const look = async () => {
    const seen = await get();
    value = seen;
    return fits(seen);
  };
  await until(look, () => `it is otherwise than ${JSON.stringify(value)}`, 60_000);
  return value as T;
}

/** What a job must give: its items spoken in one go, with nothing of jobs in between. */
export async function spokenAtOnce(speaker: Pick<Speaker, 'speak'>, request: JobRequest): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let finisher: Awaited<ReturnType<typeof openFinisher>> | undefined;
  for (const [index, item] of request.items.entries()) {
    let rate = 0;
    for await (const chunk of speaker.speak(speechOf(request, item))) {
      finisher ??= await openFinisher(chunk.sampleRate, request.output);
      rate = chunk.sampleRate;
      parts.push(finisher.push(chunk.samples, chunk.last ? 'sentence' : undefined));
    }
    const gap = index === request.items.length - 1 ? 0 : Math.round(request.gap * rate);
    parts.push(finisher!.push(new Float32Array(gap)));
  }
  parts.push(finisher!.end());
  const whole = Buffer.concat(parts);
  const head = finisher!.head();
  if (head !== undefined) whole.set(head);
  finisher!.close();
  return whole;
}

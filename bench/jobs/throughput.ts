import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded, type Job } from '../../src/jobs/job.ts';
import type { OpenedJobs } from '../../src/jobs/open.ts';
import { percentile, table } from '../table.ts';
import { accept, look } from './callers.ts';
import { startWorker, stopWorkers } from './workers.ts';

const PROCESSES = [1, 2, 3];
/** Each has one job at a time, and the next as soon as it is done: so many jobs are there at any moment. */
const CALLERS = 12;
const WARM_MS = 4000;
const WINDOW_MS = 15_000;
const LOOK_MS = 40;

/**
 * Short jobs of a dozen callers, done by one, two, three processes of one thread each: what ends within a fixed time
 * counts.
 */
export async function measureThroughput(opened: OpenedJobs, env: Readonly<Record<string, string>>): Promise<void> {
  const rows: string[][] = [];
  for (const processes of PROCESSES) {
    const workers = await Promise.all(Array.from({ length: processes }, () => startWorker(env)));
    try {
      rows.push([String(processes), ...(await measure(opened, processes))]);
    } finally {
      await stopWorkers(workers);
    }
  }
  const head = ['worker processes', 'seconds of speech/s', 'jobs/min', 'queue s p50', 'p95', 'jobs'];
  process.stdout.write(
    `${CALLERS} callers with one job of two sentences each at a time, voice tan, ${WINDOW_MS / 1000} s a row\n\n${table(head, rows)}\n\n`,
  );
}

async function measure(opened: OpenedJobs, processes: number): Promise<string[]> {
  const stop = new AbortController();
  const done: Job[] = [];
  const callers = Array.from({ length: CALLERS }, (_, caller) =>
    keepAsking(opened, processes, caller, done, stop.signal),
  );
  // A caller that fails ends the bench at once, not after the window.
  const failed = Promise.all(callers).then(() => undefined);
  await Promise.race([failed, delay(WARM_MS)]);
  const from = Date.now();
  await Promise.race([failed, delay(WINDOW_MS)]);
  const to = Date.now();
  stop.abort();
  await failed;
  const seconds = (to - from) / 1000;
  const ended = done.filter(({ endedAt }) => endedAt! >= from && endedAt! < to);
  const waits = ended.map(({ createdAt, startedAt }) => (startedAt! - createdAt) / 1000);
  const speech = ended.reduce((sum, job) => sum + job.progress.seconds, 0);
  return [
    (speech / seconds).toFixed(1),
    ((60 * ended.length) / seconds).toFixed(0),
    percentile(waits, 0.5).toFixed(2),
    percentile(waits, 0.95).toFixed(2),
    String(ended.length),
  ];
}

/** No two texts the same, so that nothing comes from a cache. */
async function keepAsking(
  opened: OpenedJobs,
  processes: number,
  caller: number,
  done: Job[],
  stop: AbortSignal,
): Promise<void> {
  for (let turn = 0; !stop.aborted; turn += 1) {
    const text = `第${processes}轮，${caller}号的第${turn}件。天气不错，大家出门去了。`;
    const id = await accept(opened, `caller ${caller}`, text);
    let job = await look(opened, id);
    for (; !hasEnded(job) && !stop.aborted; job = await look(opened, id)) await delay(LOOK_MS);
    if (hasEnded(job)) done.push(job);
    else await opened.jobs.cancel(id);
  }
}

// npm run bench:jobs: worker processes on one Redis, and two callers of unlike sizes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadSettings } from '../../src/config/settings.ts';
import { LangduError } from '../../src/errors.ts';
import { hasEnded, type Job } from '../../src/jobs/job.ts';
import { type OpenedJobs, openJobs } from '../../src/jobs/open.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import { RedisServer } from '../../test/jobs/redis-server.ts';
import { median, table } from '../table.ts';
import { startWorker, stopWorkers } from './workers.ts';

const PROCESSES = [1, 2, 3];
const BOOKS = 6;
const SENTENCES = 24;
const MANY = 1000;
const FEW = 10;

const redis = await RedisServer.launch();
const folder = mkdtempSync(join(tmpdir(), 'langdu-bench-jobs-'));
const env = { LANGDU_REDIS: redis.url, LANGDU_JOBS: join(folder, 'jobs'), LANGDU_OUTPUT: join(folder, 'output') };
const log = createLog('silent');
const speaker = new LocalSpeaker();
const results = await openFileStore({ folder: env.LANGDU_OUTPUT, keepHours: 0, keepBytes: 0, log });
const settings = { ...loadSettings(env), jobSlots: 0 };
const opened = await openJobs(settings, { speaker, results, log });
try {
  await throughput(opened);
  await fairness(opened);
} finally {
  await opened.close();
  await results.close();
  await speaker.close();
  await redis.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** Books of one caller, spoken by one, two, three processes of one thread each. */
async function throughput({ jobs }: OpenedJobs): Promise<void> {
  const rows: string[][] = [];
  let alone = 0;
  for (const processes of PROCESSES) {
    const workers = await Promise.all(Array.from({ length: processes }, () => startWorker(env)));
    const started = performance.now();
    const ids: string[] = [];
    for (let book = 0; book < BOOKS; book += 1) ids.push(await accept(jobs, 'reader', bookOf(processes, book)));
    const done = await ended(jobs, ids);
    const seconds = (performance.now() - started) / 1000;
    await stopWorkers(workers);
    const audio = done.reduce((sum, job) => sum + job.progress.seconds, 0);
    const rate = audio / seconds;
    alone ||= rate;
    const sentences = done.reduce((sum, job) => sum + job.progress.sentences, 0) / seconds;
    rows.push([
      String(processes),
      seconds.toFixed(1),
      sentences.toFixed(1),
      rate.toFixed(1),
      (rate / alone).toFixed(2),
    ]);
  }
  const head = ['processes', 'seconds', 'sentences/s', 'seconds of speech/s', 'against one'];
  process.stdout.write(`${BOOKS} jobs of ${SENTENCES} sentences, voice tan\n\n${table(head, rows)}\n\n`);
}

/** One caller has a thousand jobs waiting when another comes with ten: how long the ten take, and what the thousand get meanwhile. */
async function fairness({ jobs, driver }: OpenedJobs): Promise<void> {
  const many: string[] = [];
  for (let i = 0; i < MANY; i += 1) many.push(await accept(jobs, 'many', `第${i}号，到了。`));
  const few: string[] = [];
  for (let i = 0; i < FEW; i += 1) few.push(await accept(jobs, 'few', `请${i}号进来。`));
  const workers = await Promise.all([startWorker(env), startWorker(env)]);
  const first = await ended(jobs, few);
  const { states } = await driver.counts();
  await stopWorkers(workers);
  const start = Math.min(...first.map((job) => job.startedAt!));
  const waits = first.map((job) => (job.endedAt! - start) / 1000);
  const done = states.done - FEW - BOOKS * PROCESSES.length;
  const rows = [
    ['few', String(FEW), String(FEW), median(waits).toFixed(1), Math.max(...waits).toFixed(1)],
    ['many', String(MANY), String(done), '', ''],
  ];
  const head = ['caller', 'jobs', 'done by then', 'median done after, s', 'all done after, s'];
  process.stdout.write(`Two processes, until the jobs of the few, accepted last, are done\n\n${table(head, rows)}\n`);
}

async function accept(jobs: OpenedJobs['jobs'], caller: string, text: string): Promise<string> {
  const request = { items: [{ text, voice: 'tan' }], gap: 0, output: {} };
  return (await jobs.submit({ caller, request })).job.id;
}

async function ended(jobs: OpenedJobs['jobs'], ids: readonly string[]): Promise<Job[]> {
  const found: Job[] = [];
  for (const id of ids) {
    let job = await look(jobs, id);
    for (; !hasEnded(job); job = await look(jobs, id)) await delay(50);
    if (job.state !== 'done') throw new Error(`a job is ${job.state}: ${JSON.stringify(job.error)}`);
    found.push(job);
  }
  return found;
}

/** With every core at work Redis may answer late; that is no reason to stop. */
async function look(jobs: OpenedJobs['jobs'], id: string): Promise<Job> {
  for (;;) {
    try {
      return await jobs.get(id);
    } catch (error) {
      if (!(error instanceof LangduError) || error.code !== 'jobs_unavailable') throw error;
      await delay(500);
    }
  }
}

/** No two sentences the same, so that nothing comes from a cache. */
function bookOf(processes: number, book: number): string {
  return Array.from(
    { length: SENTENCES },
    (_, i) => `第${processes * 100 + book}卷第${i}回，说的是天气不错，大家出门去了。`,
  ).join('');
}

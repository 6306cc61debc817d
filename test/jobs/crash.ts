import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LangduError } from '../../src/errors.ts';
import { hasEnded, type JobRequest } from '../../src/jobs/job.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import type { Speaker } from '../../src/speech.ts';
import { importGolden } from '../golden-data.ts';
import { saidOnce } from '../said-once.ts';
import { crashSettings } from './crash-settings.ts';
import { openTestJobs, spokenAtOnce, type TestJobs } from './opened.ts';

const JOBS = 30;
/** Fewer, where somebody is in a hurry. */
const KILLS = Number(process.env.LANGDU_TEST_KILLS ?? 100);
const PROCESSES = 3;
const script = fileURLToPath(new URL('./process.js', import.meta.url));

/** Not at a moment that depends on anything: a small generator, its seed printed so that a failure can be looked at again. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface CrashOptions {
  readonly redis?: string;
  readonly kills?: number;
}

/**
 * Thirty jobs, three processes, a hundred times SIGKILL. Afterwards every job is done, each result is that of an
 * undisturbed run byte for byte, and there is nothing else.
 */
export async function crashTest(t: TestContext, { redis = '', kills = KILLS }: CrashOptions = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-crash-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const voices = importGolden(['tiny']);
  const speaker = new LocalSpeaker(voices, 'tiny');
  t.after(() => speaker.close());
  const seed = Math.floor(performance.now() * 1000) >>> 0;
  t.diagnostic(`seed ${seed}`);
  const random = randomly(seed);

  const settings = { ...crashSettings, jobSlots: 0, redis };
  const jobs = await openTestJobs(t, { speaker, folder, settings });
  const requests = Array.from({ length: JOBS }, (_, i) => requestOf(i));
  const ids = new Map<string, JobRequest>();
  const state = { left: kills, over: false };
  const submitting = submit(jobs, requests, ids, state);
  const children = Promise.all(
    Array.from({ length: PROCESSES }, () => keepKilling([folder, voices, redis], state, random)),
  );
  try {
    await submitting;
    await settled(jobs, [...ids.keys()]);
  } finally {
    state.over = true;
    await children;
  }
  assert.equal(state.left, 0, 'the jobs were done before every kill was made');

  await check(jobs, ids, saidOnce(speaker));
  await jobs.keeper.sweep();
  await jobs.results.sweep();
  const audio = await Promise.all([...ids.keys()].map(async (id) => (await jobs.jobs.get(id)).audio!.name));
  assert.equal(new Set(audio).size, JOBS);
  assert.deepEqual(
    readdirSync(join(folder, 'output'))
      .filter((name) => /^[0-9a-f]{32}/.test(name))
      .sort(),
    audio.sort(),
  );
  assert.deepEqual(
    readdirSync(join(folder, 'jobs', 'logs', redis === '' ? 'sqlite' : 'redis')).sort(),
    [...ids.keys()].map((id) => `${id}.kept`).sort(),
  );
}

/** A process, killed again and again, each time a new one. The last is let live until all is over. */
async function keepKilling(
  args: readonly string[],
  state: { left: number; over: boolean },
  random: () => number,
): Promise<void> {
  while (!state.over) {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    // Most die at work, some while they start. A start costs more than the work that is lost with a process.
    if (random() < 0.8) await Promise.race([once(child.stdout, 'data'), exited]);
    if (state.left === 0) {
      await liveOn(child, state, exited);
      return;
    }
    state.left -= 1;
    await delay(random() * 400);
    child.kill('SIGKILL');
    await exited;
  }
}

async function liveOn(child: ChildProcess, state: { over: boolean }, exited: Promise<unknown>): Promise<void> {
  while (!state.over) await delay(50);
  child.kill('SIGTERM');
  await exited;
}

/** Spread over the kills, so that there is always something to be killed at. */
async function submit(
  jobs: TestJobs,
  requests: readonly JobRequest[],
  ids: Map<string, JobRequest>,
  state: { readonly left: number },
): Promise<void> {
  const kills = state.left;
  for (const [index, request] of requests.entries()) {
    while (kills - state.left < (index * kills) / requests.length - 2) await delay(20);
    const { id } = await patiently(() =>
      jobs.submit(request, { caller: `caller ${index % 3}`, key: { text: `key ${index}`, fingerprint: `${index}` } }),
    );
    ids.set(id, request);
  }
}

/** On a machine that is this busy a store may take too long to answer; its callers would ask again, and so do we. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LangduError) || error.code !== 'jobs_unavailable') throw error;
      await delay(200);
    }
  }
}

async function settled(jobs: TestJobs, ids: readonly string[]): Promise<void> {
  for (const end = Date.now() + 300_000; Date.now() < end; await delay(100)) {
    const all = await patiently(() => Promise.all(ids.map((id) => jobs.jobs.get(id))));
    if (all.every(hasEnded)) return;
  }
  const left = (await jobs.jobs.list({ limit: 100 })).filter((job) => !hasEnded(job));
  throw new Error(`not finished: ${JSON.stringify(left)}`);
}

async function check(
  jobs: TestJobs,
  ids: ReadonlyMap<string, JobRequest>,
  speaker: Pick<Speaker, 'speak'>,
): Promise<void> {
  for (const [id, request] of ids) {
    const job = await jobs.jobs.get(id);
    assert.equal(job.state, 'done', JSON.stringify(job.error));
    const [made, expected] = [await jobs.audio(job), await spokenAtOnce(speaker, request)];
    if (made.equals(expected)) continue;
    const records: string[] = [];
    for await (const { item, sentence, length } of jobs.jobs.timings(job)) {
      records.push(`${item}.${sentence?.index ?? 'end'} ${sentence?.start}-${sentence?.end} ${length}`);
    }
    assert.fail(
      `job ${id}: ${made.length} bytes, ${expected.length} expected\n${JSON.stringify(request)}\n${records.join('\n')}`,
    );
  }
}

/** No two alike. Together they are not much longer than what the killed processes get done: some end while others die. */
function requestOf(index: number): JobRequest {
  const sentences = [
    '你好。',
    '今天天气不错，我们去公园散步吧！',
    '春眠不觉晓，处处闻啼鸟。',
    '夜来风雨声，花落知多少？',
  ];
  const text = Array.from({ length: 4 + (index % 5) }, (_, i) => sentences[(i + (index % 10)) % 4]).join('');
  const item = { text, voice: 'tiny' } as const;
  const items = index % 3 === 0 ? [item, { ...item, emotion: 'happy', text: sentences.join('') }] : [item];
  const sampleRate = [16_000, 24_000, 48_000][Math.floor(index / 10)];
  return { items, gap: 0.25, output: { format: index % 2 === 0 ? 'wav' : 'mp3', sampleRate } };
}

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { LangduError } from '../../src/errors.ts';
import { hasEnded, type JobRequest } from '../../src/jobs/job.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import type { Speaker } from '../../src/speech.ts';
import { importGolden } from '../golden-data.ts';
import { saidOnce } from '../said-once.ts';
import { crashSettings } from './crash-settings.ts';
import { Hunt } from './hunt.ts';
import { openTestJobs, spokenAtOnce, type TestJobs } from './opened.ts';

/** Fewer, where somebody is in a hurry. */
const KILLS = Number(process.env.LANGDU_TEST_KILLS ?? 100);
/** 30, and fewer with fewer kills. */
const JOBS = Math.ceil(0.3 * KILLS);
/** Accepted before the first kill that is not of their own, so that some are held by no dead process. */
const AT_ONCE = Math.ceil(JOBS / 3);
const PROCESSES = 3;

/** Not at a moment that depends on anything: a small generator, its seed printed so that a failure can be looked at again. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Thirty jobs, three processes that accept and do them, a hundred times SIGKILL. Afterwards every job is done, each
 * result is that of an undisturbed run byte for byte, and there is nothing else. Most kills have hit what they should.
 */
export async function crashTest(t: TestContext, { redis = '' }: { readonly redis?: string } = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-crash-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const voices = importGolden(['tiny']);
  const speaker = new LocalSpeaker(voices, 'tiny');
  t.after(() => speaker.close());
  const seed = Math.floor(performance.now() * 1000) >>> 0;
  t.diagnostic(`seed ${seed}`);

  const settings = { ...crashSettings, jobSlots: 0, redis };
  const jobs = await openTestJobs(t, { speaker, folder, settings });
  const requests = Array.from({ length: JOBS }, (_, i) => requestOf(i));
  const hunt = new Hunt([folder, voices, redis], KILLS, randomly(seed));
  const hunting = Promise.all(Array.from({ length: PROCESSES }, () => hunt.run()));
  let ids: ReadonlyMap<string, JobRequest>;
  try {
    ids = await submit(hunt, requests);
    await settled(jobs, hunt);
  } finally {
    hunt.end();
    await hunting;
  }
  t.diagnostic(`kills that hit: ${JSON.stringify(hunt.hits)}`);
  assertHit(hunt);

  // What was accepted is there, once, also where nobody heard of it.
  const listed = await jobs.jobs.list({ limit: 100 });
  assert.deepEqual(listed.map(({ id }) => id).sort(), [...ids.keys()].sort());
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

/** A test whose kills hit idle processes would show nothing. */
function assertHit({ hits }: Hunt): void {
  const what = JSON.stringify(hits);
  assert.ok(hits.speaking + hits.completing > KILLS / 3, `too few were at a job: ${what}`);
  for (const moment of ['starting', 'accepting', 'completing'] as const) {
    assert.ok(hits[moment] >= Math.floor(0.01 * KILLS), `none was ${moment}: ${what}`);
  }
}

/** Spread over the kills, so that there is always something to be killed at. */
async function submit(hunt: Hunt, requests: readonly JobRequest[]): Promise<Map<string, JobRequest>> {
  const ids = new Map<string, JobRequest>();
  const deadly = Math.round(0.15 * KILLS);
  for (const [index, request] of requests.entries()) {
    const due = ((index - AT_ONCE) * KILLS) / (requests.length - AT_ONCE);
    while (KILLS - hunt.left < due) await delay(20);
    const order = { key: `key-${index}`, caller: `caller-${index % 3}`, request };
    const id = await hunt.submit(order, (index * deadly) % requests.length < deadly);
    assert.equal(await hunt.submit(order), id);
    ids.set(id, request);
  }
  return ids;
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

async function settled(jobs: TestJobs, hunt: Hunt): Promise<void> {
  const list = () => patiently(() => jobs.jobs.list({ limit: 100 }));
  for (const end = Date.now() + 300_000; Date.now() < end; await delay(100)) {
    if (hunt.left === 0 && (await list()).every(hasEnded)) return;
  }
  throw new Error(`not finished: ${JSON.stringify((await list()).filter((job) => !hasEnded(job)))}`);
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

/** No two alike. Together they are about what the killed processes get done: some end while others die. */
function requestOf(index: number): JobRequest {
  const sentences = [
    '你好。',
    '今天天气不错，我们去公园散步吧！',
    '春眠不觉晓，处处闻啼鸟。',
    '夜来风雨声，花落知多少？',
  ];
  const text = Array.from({ length: 9 + (index % 5) }, (_, i) => sentences[(i + (index % 10)) % 4]).join('');
  const item = { text, voice: 'tiny' } as const;
  const items = index % 3 === 0 ? [item, { ...item, emotion: 'happy', text: sentences.join('') }] : [item];
  const sampleRate = [16_000, 24_000, 48_000][Math.floor(index / 10)];
  return { items, gap: 0.25, output: { format: index % 2 === 0 ? 'wav' : 'mp3', sampleRate } };
}

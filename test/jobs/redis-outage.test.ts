import assert from 'node:assert/strict';
import { after, suite, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded } from '../../src/jobs/job.ts';
import type { JobView } from '../../src/jobs/view.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { importGolden } from '../golden-data.ts';
import { type Serving, serve } from '../server/serving.ts';
import { Cable } from './cable.ts';
import { openTestJobs, spokenAtOnce, type TestJobs, waitFor } from './opened.ts';
import { RedisServer } from './redis-server.ts';

const speaker = new LocalSpeaker(importGolden(['tiny']), 'tiny');
after(() => speaker.close());
const TEXT = '你好。早！去公园散步。花落知多少？'.repeat(6);

interface Load {
  readonly serving: Serving;
  readonly jobs: TestJobs;
  /** Tasks that were answered with 202. */
  readonly accepted: string[];
  readonly statuses: number[];
  stop(): Promise<void>;
}

/** A server over HTTP and its jobs on this Redis, and a caller who sends a job every few milliseconds until told to stop. */
async function underLoad(t: TestContext, redis: { readonly url: string }): Promise<Load> {
  const jobs = await openTestJobs(t, { speaker, settings: { redis: redis.url, jobSlots: 2, jobLease: 2, jobTurn: 4 } });
  const serving = await serve(t, { speaker, results: jobs.results, jobs: jobs.jobs, voice: 'tiny', mayFail: true });
  const load = { accepted: [] as string[], statuses: [] as number[], over: false };
  const sending = (async () => {
    while (!load.over) {
      const response = await send(serving, { text: TEXT });
      load.statuses.push(response.status);
      if (response.status === 202) load.accepted.push(((await response.json()) as JobView).task_id);
      else await response.arrayBuffer();
      await delay(200);
    }
  })();
  const stop = async (): Promise<void> => {
    load.over = true;
    await sending;
  };
  return { serving, jobs, accepted: load.accepted, statuses: load.statuses, stop };
}

function send({ url }: Serving, body: object): Promise<Response> {
  return fetch(`${url}/api/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** While Redis is away: new jobs are refused, and speech is spoken. */
async function refusesJobsAndSpeaks({ serving }: Load): Promise<void> {
  const refused = await send(serving, { text: TEXT });
  assert.equal(refused.status, 503);
  assert.equal(((await refused.json()) as { code: string }).code, 'jobs_unavailable');
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  const listed = await fetch(`${serving.url}/api/jobs`);
  assert.equal(listed.status, 503);
  const spoken = await serving.post({ text: '你好。' });
  assert.equal(spoken.status, 200, await spoken.text());
}

/** Afterwards, by itself: jobs are accepted again, and every one that was accepted gets its audio, once. */
async function recovers(load: Load): Promise<void> {
  await waitFor(
    async () => {
      const response = await send(load.serving, { text: TEXT });
      if (response.status === 202) load.accepted.push(((await response.json()) as JobView).task_id);
      return response.status;
    },
    (status) => status === 202,
  );
  await load.stop();
  const expected = await spokenAtOnce(speaker, { items: [{ text: TEXT, voice: 'tiny' }], gap: 0.5, output: {} });
  const names = new Set<string>();
  for (const id of load.accepted) {
    const job = await waitFor(() => load.jobs.jobs.get(id), hasEnded);
    assert.equal(job.state, 'done', JSON.stringify(job.error));
    assert.ok((await load.jobs.audio(job)).equals(expected), id);
    names.add(job.audio!.name);
  }
  assert.equal(names.size, load.accepted.length);
  assert.ok(load.accepted.length >= 3);
}

suite('jobs, when Redis', { timeout: 300_000 }, () => {
  test('is killed and comes back with its append-only file', async (t) => {
    const redis = await RedisServer.start();
    const load = await underLoad(t, redis);
    await waitFor(
      async () => load.accepted.length,
      (count) => count >= 3,
    );
    await redis.kill();
    await refusesJobsAndSpeaks(load);
    await redis.start();
    await recovers(load);
  });

  test('does not answer for ten seconds', async (t) => {
    const redis = await RedisServer.start();
    const load = await underLoad(t, redis);
    await waitFor(
      async () => load.accepted.length,
      (count) => count >= 3,
    );
    redis.pause();
    const paused = delay(10_000);
    await refusesJobsAndSpeaks(load);
    await paused;
    redis.resume();
    await recovers(load);
  });

  test('is cut off: no way there, and then every connection is closed, again and again', async (t) => {
    const redis = await RedisServer.start();
    const cable = await Cable.lay(t, redis.port);
    const load = await underLoad(t, cable);
    await waitFor(
      async () => load.accepted.length,
      (count) => count >= 3,
    );
    cable.cut();
    await refusesJobsAndSpeaks(load);
    await waitFor(
      async () => load.statuses,
      (statuses) => statuses.includes(503),
    );
    await cable.mend();
    for (let cut = 0; cut < 10; cut += 1) {
      await delay(300);
      await redis.cutOff();
      const spoken = await load.serving.post({ text: '你好。' });
      assert.equal(spoken.status, 200, await spoken.text());
    }
    await recovers(load);
    assert.deepEqual([...new Set(load.statuses)].sort(), [202, 503]);
  });

  test('is not there at the start', async (t) => {
    const redis = await RedisServer.start();
    await redis.kill();
    const load = await underLoad(t, redis);
    await refusesJobsAndSpeaks(load);
    assert.deepEqual(load.accepted, []);
    await redis.start();
    await waitFor(
      async () => load.accepted.length,
      (count) => count >= 2,
    );
    await recovers(load);
  });
});

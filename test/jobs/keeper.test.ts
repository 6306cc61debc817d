import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { openEmbedded } from '../../src/jobs/embedded/driver.ts';
import type { Job } from '../../src/jobs/job.ts';
import { Keeper } from '../../src/jobs/keeper.ts';
import { openFolderLogs } from '../../src/jobs/log/folder.ts';
import { createLog } from '../../src/log.ts';
import type { Removed, ResultStore } from '../../src/results/store.ts';
import { temporaryFolder } from '../golden-data.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { jobOf, requestOf } from './contract.ts';
import { openTestJobs, type TestJobs } from './opened.ts';

/** More than a look takes. */
const MANY = 120;
const HOUR = 3_600_000;
const ended = (job: Job): Job => ({ ...job, state: 'cancelled', endedAt: Date.now() - 2 * HOUR });
const told = (job: Job, dueAt: number): Job => ({
  ...ended(job),
  callback: { url: 'https://x.example', state: 'waiting', attempts: [], dueAt },
});

/** Expired since a second: behind everything that is due for longer. */
const expiring = (): Job => ({ ...jobOf('a'), expiresAt: Date.now() - 1000 });

function open(t: TestContext): Promise<TestJobs> {
  return openTestJobs(t, { speaker: new ToneSpeaker(), settings: { jobSlots: 0 } });
}

/** A keeper over a store that removes nothing, as it is told. */
async function stubborn(t: TestContext, remove: () => Promise<Removed>) {
  const folder = temporaryFolder();
  const driver = openEmbedded({ folder, leaseMs: 1000, tries: 1, keepMs: HOUR });
  const logs = await openFolderLogs(join(folder, 'logs'));
  const results: Pick<ResultStore, 'remove'> = { remove };
  const keeper = new Keeper({ driver, logs, results, callbacks: undefined, log: createLog('silent'), keepMs: HOUR });
  t.after(() => keeper.stop().then(() => driver.close()));
  return { driver, keeper };
}

suite('the keeper of jobs', () => {
  test('goes past callbacks that it cannot sign, leaves young ones to others, and gives up old ones', async (t) => {
    const { driver, keeper } = await open(t);
    const now = Date.now();
    const old = { ...told(jobOf('a'), now - HOUR), endedAt: now - 30 * HOUR };
    const young = told(jobOf('a'), now);
    const last = expiring();
    await driver.insert(old, requestOf('一'), 1000);
    for (let i = 0; i < MANY; i += 1) await driver.insert(told(jobOf('a'), now - HOUR), requestOf('一'), 1000);
    for (const job of [young, last]) await driver.insert(job, requestOf('一'), 1000);
    for (let looks = 0; looks < 3; looks += 1) await keeper.look();
    assert.equal((await driver.get(last.id))?.state, 'expired');
    assert.deepEqual((await driver.get(young.id))?.callback, young.callback);
    const { callback } = (await driver.get(old.id))!;
    assert.deepEqual([callback?.state, callback?.attempts[0]?.outcome], ['given_up', 'not_signed']);
    assert.deepEqual(await driver.due(now - 1), [], 'nothing stands in front');
  });

  test('goes past what it fails to remove, and tries that again later', async (t) => {
    const { driver, keeper } = await stubborn(t, async () => {
      throw new Error('the bucket is away');
    });
    const audio = { name: `${'0'.repeat(32)}.wav`, seconds: 1, bytes: 44, sampleRate: 16000 };
    const stuck = Array.from({ length: MANY }, () => ({ ...ended(jobOf('a')), audio }));
    const last = expiring();
    for (const job of [...stuck, last]) await driver.insert(job, requestOf('一'), 1000);
    for (let looks = 0; looks < 3; looks += 1) await keeper.look();
    assert.equal((await driver.get(last.id))?.state, 'expired');
    assert.ok((await driver.get(stuck[0]!.id))!.tendAfter! > Date.now());
  });

  test('keeps a job whose audio is being read', async (t) => {
    let busy: Removed = 'busy';
    const { driver, keeper } = await stubborn(t, async () => busy);
    const audio = { name: `${'0'.repeat(32)}.wav`, seconds: 1, bytes: 44, sampleRate: 16000 };
    const job = { ...ended(jobOf('a')), audio };
    await driver.insert(job, requestOf('一'), 10);
    await keeper.look();
    assert.ok((await driver.get(job.id))?.tendAfter !== undefined);
    busy = 'removed';
    await driver.update(job.id, (one) => ({ ...one, tendAfter: 0 }));
    await keeper.look();
    assert.equal(await driver.get(job.id), undefined);
  });

  for (const how of ['cancelled', 'expired'] as const) {
    test(`removes a result that was completed and never recorded, of a job that is ${how}`, async (t) => {
      const { driver, keeper, jobs, results } = await open(t);
      const result = await results.create({ extension: 'wav', durable: false });
      await result.append(new Uint8Array(44));
      await result.commit();
      const reserved = { name: result.name, sampleRate: 16000, seconds: 1 };
      const job = { ...(how === 'expired' ? expiring() : jobOf('a')), reserved };
      await driver.insert(job, requestOf('一'), 10);
      if (how === 'cancelled') await jobs.cancel(job.id);
      else await keeper.look();
      assert.equal((await driver.get(job.id))?.state, how);
      assert.deepEqual(await results.list(), []);
    });
  }
});

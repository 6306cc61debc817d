import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { LangduError, toRecord } from '../../src/errors.ts';
import type { Claim, JobDriver } from '../../src/jobs/driver.ts';
import { type Job, type JobRequest, nothingDone, type Progress } from '../../src/jobs/job.ts';
import { cancel, checkpoint, finish, retry, tendLater, turnOver } from '../../src/jobs/transitions.ts';

export interface DriverOptions {
  readonly leaseMs: number;
  readonly tries: number;
  readonly keepMs: number;
}

const usual: DriverOptions = { leaseMs: 30_000, tries: 3, keepMs: 0 };
/** Short enough to wait for, long enough for a busy machine to renew. */
const short: DriverOptions = { ...usual, leaseMs: 1500 };

/**
 * What every driver must do. `open` opens the same store each time, as another process would; `empty` empties it.
 */
export function contract(
  name: string,
  open: (options: DriverOptions) => Promise<JobDriver>,
  empty: () => Promise<void>,
): void {
  suite(`jobs: ${name}`, () => {
    const drivers: JobDriver[] = [];
    const opened = async (options: DriverOptions = usual): Promise<JobDriver> => {
      const driver = await open(options);
      drivers.push(driver);
      return driver;
    };
    const check = (what: string, run: () => Promise<void>) =>
      test(what, async () => {
        await empty();
        try {
          await run();
        } finally {
          await Promise.all(drivers.splice(0).map((driver) => driver.close()));
        }
      });

    check('keeps what it accepts, for every process', async () => {
      const driver = await opened();
      const job = jobOf('a');
      const text = '床前明月光，疑是地上霜。\u0000😀'.repeat(1000);
      const request = requestOf(text);
      assert.deepEqual(await driver.insert(job, request, 10), { job, created: true });
      const other = await opened();
      assert.deepEqual(await other.get(job.id), job);
      assert.deepEqual(await other.request(job.id), request);
      assert.equal(await other.get(randomUUID()), undefined);
      assert.equal(await other.request(randomUUID()), undefined);
    });

    check('gives the same job for the same key of the same caller', async () => {
      const driver = await opened();
      const first = { ...jobOf('a'), key: { text: 'k', fingerprint: '1' } };
      await driver.insert(first, requestOf('一'), 10);
      const again = await driver.insert({ ...jobOf('a'), key: { text: 'k', fingerprint: '2' } }, requestOf('二'), 10);
      assert.deepEqual(again, { job: first, created: false });
      assert.deepEqual(await driver.keyed('a', 'k'), first);
      for (const [caller, key] of [
        ['b', 'k'],
        ['a', 'j'],
      ] as const)
        assert.equal(await driver.keyed(caller, key), undefined);
      const others = await driver.insert({ ...jobOf('b'), key: { text: 'k', fingerprint: '1' } }, requestOf('一'), 10);
      assert.equal(others.created, true);
      await driver.remove(first.id);
      assert.equal(await driver.keyed('a', 'k'), undefined);
      const anew = await driver.insert({ ...jobOf('a'), key: { text: 'k', fingerprint: '1' } }, requestOf('一'), 10);
      assert.equal(anew.created, true);
    });

    check('removes whatever it keeps, and frees its key', async () => {
      const driver = await opened();
      const error = new LangduError('text_unspeakable', { characters: 'cut in the middle \ud83d' });
      const job = { ...jobOf('a'), key: { text: '键 😀', fingerprint: '1' } };
      await driver.insert(job, requestOf('一'), 10);
      await driver.update(job.id, (one) => ({ ...cancel(one, Date.now())!, error: toRecord(error) }));
      await driver.remove(job.id);
      assert.equal(await driver.get(job.id), undefined);
      assert.equal((await driver.insert({ ...job, id: randomUUID() }, requestOf('一'), 10)).created, true);
    });

    check('accepts one job when many processes bring the same key at once', async () => {
      const both = [await opened(), await opened()];
      const inserted = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          both[i % 2]!.insert({ ...jobOf('a'), key: { text: 'k', fingerprint: '1' } }, requestOf('一'), 100),
        ),
      );
      assert.equal(inserted.filter(({ created }) => created).length, 1);
      assert.equal(new Set(inserted.map(({ job }) => job.id)).size, 1);
    });

    check('bounds the unfinished jobs of a caller', async () => {
      const driver = await opened();
      const job = jobOf('a');
      await driver.insert(job, requestOf('一'), 2);
      await driver.insert(jobOf('a'), requestOf('一'), 2);
      await assert.rejects(driver.insert(jobOf('a'), requestOf('一'), 2), { code: 'jobs_full' });
      await driver.insert(jobOf('b'), requestOf('一'), 2);
      await driver.update(job.id, (one) => cancel(one, Date.now()));
      await driver.insert(jobOf('a'), requestOf('一'), 2);
    });

    check('lists the newest first, by caller and state, in pages', async () => {
      const driver = await opened();
      const jobs = ['a', 'b', 'a', 'a'].map(jobOf);
      for (const job of jobs) await driver.insert(job, requestOf('一'), 10);
      await driver.update(jobs[2]!.id, (job) => cancel(job, Date.now()));
      const listed = async (query: Parameters<JobDriver['list']>[0]) =>
        (await driver.list(query)).map(({ id }) => jobs.findIndex((job) => job.id === id));
      assert.deepEqual(await listed({ limit: 10 }), [3, 2, 1, 0]);
      assert.deepEqual(await listed({ limit: 10, caller: 'a' }), [3, 2, 0]);
      assert.deepEqual(await listed({ limit: 10, caller: 'a', state: 'queued' }), [3, 0]);
      assert.deepEqual(await listed({ limit: 1, caller: 'a', before: jobs[3]!.id }), [2]);
      assert.deepEqual(await listed({ limit: 10, before: jobs[2]!.id }), [1, 0]);
    });

    check('gives a job to one of those who wait for it', async () => {
      const [one, two] = [await opened(), await opened()];
      const stop = new AbortController();
      const waiting = [one.claim(stop.signal), two.claim(stop.signal)];
      const job = jobOf('a');
      await one.insert(job, requestOf('一'), 10);
      const claim = await Promise.race(waiting);
      assert.equal(claim?.job.id, job.id);
      assert.equal(claim?.job.state, 'running');
      assert.equal((await two.get(job.id))?.token, claim?.token);
      stop.abort();
      const claims = await Promise.all(waiting);
      assert.equal(claims.filter((each) => each !== undefined).length, 1);
      await claim!.end(0);
    });

    check('gives every job once when many take at once', async () => {
      const both = [await opened(), await opened()];
      const jobs = Array.from({ length: 40 }, (_, i) => jobOf(`caller ${i % 3}`));
      await Promise.all(jobs.map((job, i) => both[i % 2]!.insert(job, requestOf('一'), 100)));
      const stop = new AbortController();
      const taken = await Promise.all(jobs.map((_, i) => claimed(both[i % 2]!, stop.signal)));
      assert.deepEqual(taken.map(({ job }) => job.id).sort(), jobs.map(({ id }) => id).sort());
      await Promise.all(taken.map((claim) => claim.end(0)));
    });

    check('changes a job atomically', async () => {
      const both = [await opened(), await opened()];
      const job = jobOf('a');
      await both[0]!.insert(job, requestOf('一'), 10);
      await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          both[i % 2]!.update(job.id, (one) => ({ ...one, failures: one.failures + 1 })),
        ),
      );
      assert.equal((await both[0]!.get(job.id))?.failures, 30);
      assert.equal(await both[0]!.update(job.id, () => undefined), undefined);
      assert.equal(await both[0]!.update(randomUUID(), (one) => one), undefined);
    });

    check('gives back a job whose turn is over, and takes callers in turn', async () => {
      const driver = await opened();
      const stop = new AbortController();
      const many = Array.from({ length: 20 }, () => jobOf('many'));
      const few = Array.from({ length: 3 }, () => jobOf('few'));
      for (const job of [...many, ...few]) await driver.insert(job, requestOf('一'), 100);
      const order: string[] = [];
      for (let i = 0; i < 10; i += 1) {
        const claim = await claimed(driver, stop.signal);
        order.push(claim.job.caller);
        await driver.update(claim.job.id, (job) => finish(job, claim.token, audio, Date.now()));
        await claim.end(1);
      }
      // Whoever is first, the few are through after three rounds.
      assert.equal(order.slice(0, 6).filter((caller) => caller === 'few').length, 3);
      const claim = await claimed(driver, stop.signal);
      await driver.update(claim.job.id, (job) => turnOver(job, claim.token));
      await claim.end(1);
      assert.equal((await driver.get(claim.job.id))?.state, 'queued');
      assert.equal((await claimed(driver, stop.signal)).job.id, claim.job.id);
    });

    check('lets ten jobs in between a thousand that came before, for every process', async () => {
      const [MANY, FEW, BEGUN] = [1000, 10, 6];
      const both = [await opened(), await opened()];
      const insert = (caller: string) => both[0]!.insert(jobOf(caller), requestOf('一'), MANY);
      for (let at = 0; at < MANY; at += 50) await Promise.all(Array.from({ length: 50 }, () => insert('many')));
      const order: string[] = [];
      /** Two processes, each with a job at a time. */
      const work = (jobs: number): Promise<unknown> =>
        Promise.all(
          both.map(async (driver) => {
            for (let done = 0; done < jobs / both.length; done += 1) {
              const claim = await claimed(driver, new AbortController().signal);
              order.push(claim.job.caller);
              await driver.update(claim.job.id, (job) => finish(job, claim.token, audio, Date.now()));
              await claim.end(1);
            }
          }),
        );
      await work(BEGUN);
      await Promise.all(Array.from({ length: FEW }, () => insert('few')));
      await work(3 * FEW);
      const since = order.slice(BEGUN);
      const last = since.lastIndexOf('few');
      assert.equal(since.filter((caller) => caller === 'few').length, FEW, since.join(' '));
      // In turn: ten and ten, and one more or two for what was under way.
      assert.ok(last < 2 * FEW + 2, `the last of the few was ${last + 1}th: ${since.join(' ')}`);
      const between = since.slice(0, last).filter((caller) => caller === 'many').length;
      assert.ok(between >= FEW - 3, `${between} of the many meanwhile: they wait for nobody either`);
    });

    check('charges a caller for what was spoken', async () => {
      const driver = await opened();
      const stop = new AbortController();
      for (const caller of ['long', 'short', 'long', 'short', 'short', 'short']) {
        await driver.insert(jobOf(caller), requestOf('一'), 100);
      }
      const order: string[] = [];
      for (let i = 0; i < 6; i += 1) {
        const claim = await claimed(driver, stop.signal);
        order.push(claim.job.caller);
        await driver.update(claim.job.id, (job) => finish(job, claim.token, audio, Date.now()));
        await claim.end(claim.job.caller === 'long' ? 3 : 1);
      }
      // After a long one, three short ones are due.
      const first = order.indexOf('long');
      assert.deepEqual(order.slice(first + 1, first + 4), ['short', 'short', 'short']);
    });

    check('takes the highest priority of a caller first, then the oldest', async () => {
      const driver = await opened();
      const jobs = [5, 1, 9, 5, 9].map((priority) => ({ ...jobOf('a'), priority }));
      for (const job of jobs) await driver.insert(job, requestOf('一'), 100);
      const stop = new AbortController();
      const order: number[] = [];
      for (const _ of jobs) {
        const claim = await claimed(driver, stop.signal);
        order.push(jobs.findIndex(({ id }) => id === claim.job.id));
        await driver.update(claim.job.id, (job) => finish(job, claim.token, audio, Date.now()));
        await claim.end(1);
      }
      assert.deepEqual(order, [2, 4, 0, 3, 1]);
    });

    check('waits with a job that has failed until its time', async () => {
      const driver = await opened();
      const job = jobOf('a');
      await driver.insert(job, requestOf('一'), 10);
      const stop = new AbortController();
      const claim = await claimed(driver, stop.signal);
      const now = Date.now();
      const failed = await driver.update(job.id, (one) =>
        retry(one, claim.token, new LangduError('storage_failed'), usual.tries, now),
      );
      await claim.end(0);
      assert.equal(failed?.state, 'queued');
      const again = await claimed(driver, stop.signal);
      assert.equal(again.job.failures, 1);
      assert.ok(Date.now() >= failed!.notBefore!);
      await again.end(0);
    });

    check('renews a lease for as long as its holder lives', async () => {
      const [one, two] = [await opened(short), await opened(short)];
      await one.insert(jobOf('a'), requestOf('一'), 10);
      const stop = new AbortController();
      const claim = await claimed(one, stop.signal);
      const other = two.claim(stop.signal);
      assert.equal(await Promise.race([other, delay(2.5 * short.leaseMs)]), undefined);
      assert.equal(claim.lost.aborted, false);
      const progress: Progress = { ...nothingDone, records: 1, sentences: 1 };
      assert.ok(await one.update(claim.job.id, (job) => checkpoint(job, claim.token, progress)));
      stop.abort();
      await other;
      await claim.end(1);
    });

    check('gives the job of a vanished holder to another, who goes on where it stopped', async () => {
      const vanishing = await open(short);
      const job = jobOf('a');
      await vanishing.insert(job, requestOf('一'), 10);
      const stop = new AbortController();
      const claim = await claimed(vanishing, stop.signal);
      const progress: Progress = { ...nothingDone, records: 2, sentences: 2, bytes: 10 };
      await vanishing.update(job.id, (one) => checkpoint(one, claim.token, progress));
      await vanishing.close(); // with the lease in its hands
      const driver = await opened(short);
      const again = await claimed(driver, stop.signal);
      assert.equal(again.job.id, job.id);
      assert.deepEqual(again.job.progress, progress);
      assert.equal(again.job.failures, 1);
      assert.notEqual(again.token, claim.token);
      // Should the first come back, it can change nothing.
      assert.equal(await driver.update(job.id, (one) => checkpoint(one, claim.token, progress)), undefined);
      assert.equal(await driver.update(job.id, (one) => finish(one, claim.token, audio, 1)), undefined);
      assert.ok(await driver.update(job.id, (one) => finish(one, again.token, audio, 1)));
      await again.end(0);
    });

    check('gives the job of a holder who could not say how its turn ended to another', async () => {
      const driver = await opened(short);
      await driver.insert(jobOf('a'), requestOf('一'), 10);
      const stop = new AbortController();
      const claim = await claimed(driver, stop.signal);
      await claim.end(1); // and the job still says that it is running
      const again = await claimed(driver, stop.signal);
      assert.equal(again.job.id, claim.job.id);
      assert.equal(again.job.failures, 1);
      await driver.update(again.job.id, (job) => turnOver(job, again.token));
      await again.end(1);
    });

    check('gives up a job that takes its holders with it', async () => {
      const stop = new AbortController();
      const job = jobOf('a');
      for (let tries = 0; tries < short.tries; tries += 1) {
        const driver = await open(short);
        if (tries === 0) await driver.insert(job, requestOf('一'), 10);
        await claimed(driver, stop.signal);
        await driver.close();
      }
      const driver = await opened(short);
      const waiting = driver.claim(stop.signal);
      const end = Date.now() + 20_000;
      while ((await driver.get(job.id))?.state === 'running' && Date.now() < end) await delay(50);
      const given = await driver.get(job.id);
      assert.equal(given?.state, 'failed');
      assert.equal(given?.error?.code, 'job_poisonous');
      stop.abort();
      assert.equal(await waiting, undefined);
    });

    check('says whose time has come', async () => {
      const driver = await opened({ ...usual, keepMs: 1000 });
      const now = Date.now();
      const expiring = { ...jobOf('a'), expiresAt: now + 5000 };
      const told = { ...jobOf('a'), callback: { url: 'https://x.example', state: 'waiting' as const, attempts: [] } };
      const kept = jobOf('a');
      for (const job of [expiring, told, kept]) await driver.insert(job, requestOf('一'), 10);
      assert.deepEqual(await driver.due(now + 4000), []);
      await driver.update(told.id, (job) => cancel(job, now));
      await driver.update(kept.id, (job) => cancel(job, now));
      assert.deepEqual(await driver.due(now), [told.id]);
      await driver.update(told.id, (job) => tendLater(job, now + 900));
      assert.deepEqual(await driver.due(now), []);
      assert.deepEqual([...(await driver.due(now + 1000))].sort(), [told.id, kept.id].sort());
      assert.equal((await driver.due(now + 5000)).length, 3);
      await driver.remove(kept.id);
      assert.equal((await driver.due(now + 5000)).length, 2);
      assert.equal(await driver.get(kept.id), undefined);
    });

    check('counts jobs by state, and how long the oldest has waited', async () => {
      const driver = await opened();
      assert.deepEqual(await driver.counts(), { states: none, queueSeconds: 0 });
      const old = { ...jobOf('a'), createdAt: Date.now() - 10_000 };
      await driver.insert(old, requestOf('一'), 10);
      await driver.insert(jobOf('a'), requestOf('一'), 10);
      const { states, queueSeconds } = await driver.counts();
      assert.deepEqual(states, { ...none, queued: 2 });
      assert.ok(queueSeconds >= 10 && queueSeconds < 60, String(queueSeconds));
      const claim = await claimed(driver, new AbortController().signal);
      await driver.update(claim.job.id, (job) => finish(job, claim.token, audio, Date.now()));
      await claim.end(1);
      const after = await driver.counts();
      assert.deepEqual(after.states, { ...none, queued: 1, done: 1 });
      assert.ok(after.queueSeconds < 10);
      await driver.remove(claim.job.id);
      assert.deepEqual((await driver.counts()).states, { ...none, queued: 1 });
    });
  });
}

const none = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0, expired: 0 };
const audio = { name: `${'0'.repeat(32)}.wav`, seconds: 1, bytes: 44, sampleRate: 16000 };

export function jobOf(caller: string): Job {
  return {
    id: randomUUID(),
    caller,
    state: 'queued',
    priority: 5,
    createdAt: Date.now(),
    characters: 1,
    items: 1,
    progress: nothingDone,
    failures: 0,
  };
}

export function requestOf(text: string): JobRequest {
  return { items: [{ text, voice: 'tiny' }], gap: 0, output: { format: 'wav' } };
}

async function claimed(driver: JobDriver, signal: AbortSignal): Promise<Claim> {
  const claim = await driver.claim(signal);
  if (claim === undefined) throw new Error('nothing was claimed');
  return claim;
}

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, suite, type TestContext, test } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import type { Job, JobRequest } from '../../src/jobs/job.ts';
import { type TurnParts, takeTurn } from '../../src/jobs/turn.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { createLog } from '../../src/log.ts';
import type { ResultStore } from '../../src/results/store.ts';
import type { Speaker, SpeechChunk } from '../../src/speech.ts';
import { importGolden } from '../golden-data.ts';
import { openTestJobs, spokenAtOnce, type TestJobs, type TestJobsOptions, waitFor } from './opened.ts';

const speaker = new LocalSpeaker(importGolden(['tiny']), 'tiny');
after(() => speaker.close());

const TEXT = '你好。今天天气不错，我们去公园散步吧！春眠不觉晓，处处闻啼鸟。\n夜来风雨声，花落知多少？';

function book(format: 'wav' | 'mp3' = 'wav'): JobRequest {
  return {
    items: [
      { text: TEXT, voice: 'tiny', title: '第一章' },
      { text: '第二章：说完了。\uFFFC', emotion: 'happy' },
    ],
    controls: { voice: 'tiny', rate: 1.25 },
    gap: 0.5,
    output: { format },
  };
}

/** Speaks as the real one, and does what it is told before a sentence. */
function speaking(before: (sentence: number) => void | Promise<void>): Speaker {
  return {
    voices: () => speaker.voices(),
    outline: (request) => speaker.outline(request),
    explain: (request) => speaker.explain(request),
    close: async () => undefined,
    async *speak(request, options): AsyncGenerator<SpeechChunk> {
      for await (const chunk of speaker.speak(request, options)) {
        if (chunk.timing !== undefined) await before(chunk.sentence.index);
        yield chunk;
      }
    },
  };
}

const open = (t: TestContext, options: Partial<TestJobsOptions> = {}) => openTestJobs(t, { speaker, ...options });

suite('a job', () => {
  for (const format of ['wav', 'mp3'] as const) {
    test(`gives, in ${format}, the bytes of its text spoken at once, whatever the turns`, async (t) => {
      const expected = await spokenAtOnce(speaker, book(format));
      for (const jobTurn of [1, 2, 50]) {
        const jobs = await open(t, { settings: { jobTurn } });
        const job = await jobs.ended((await jobs.submit(book(format))).id);
        assert.equal(job.state, 'done');
        assert.deepEqual(await jobs.audio(job), expected);
        assert.equal(job.progress.sentences, job.total);
        assert.equal(job.audio?.bytes, expected.length);
      }
    });
  }

  test('is heard while it grows, with the bytes of the finished file', async (t) => {
    const heard: Buffer[] = [];
    let tell = (): void => undefined;
    const some = new Promise<void>((resolve) => {
      tell = resolve;
    });
    // The third sentence waits until something was heard: a listener who hears nothing before the end would never see it.
    const jobs = await open(t, { speaker: speaking((sentence) => (sentence === 2 ? some : undefined)) });
    const job = await jobs.submit(book());
    for await (const bytes of jobs.jobs.follow(job.id, new AbortController().signal)) {
      heard.push(Buffer.from(bytes));
      if (Buffer.concat(heard).length > 1000) tell();
    }
    const file = await jobs.audio(await jobs.jobs.get(job.id));
    assert.deepEqual(Buffer.concat(heard).subarray(44), file.subarray(44));
  });

  test('goes on at the sentence where its process stopped', async (t) => {
    const spoken: number[] = [];
    const first = await open(t, {
      speaker: speaking((sentence) => void spoken.push(sentence)),
      settings: { jobTurn: 2 },
    });
    const { id } = await first.submit(book());
    await waitFor(
      () => first.jobs.get(id),
      (job) => job.progress.sentences >= 2,
    );
    await first.close();
    const left = spoken.length;
    const second = await open(t, { folder: first.folder, speaker: speaking((sentence) => void spoken.push(sentence)) });
    const job = await second.ended(id);
    assert.deepEqual(await second.audio(job), await spokenAtOnce(speaker, book()));
    assert.ok(left >= 2 && left < job.total!);
    assert.equal(spoken.length, job.total, 'no sentence was spoken twice');
  });

  test('is given back at once by a process that is to stop, also while its sentences are counted', async (t) => {
    let counted = 0;
    let begun = (): void => undefined;
    const counting = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const endless: Speaker = {
      ...speaking(() => undefined),
      async *outline() {
        for (; ; counted += 1) {
          if (counted === 300) begun();
          yield { index: counted, start: 0, end: 1, symbols: 1 };
        }
      },
    };
    const jobs = await open(t, { speaker: endless });
    const { id } = await jobs.submit(book());
    await counting;
    await jobs.stop();
    const { state, failures, total } = await jobs.jobs.get(id);
    assert.deepEqual([state, failures, total], ['queued', 0, undefined]);
  });

  test('is not made to audio by a process that is to stop', async (t) => {
    const jobs = await open(t, { settings: { jobSlots: 0 } });
    const { id } = await jobs.submit(book());
    const claim = (await jobs.driver.claim(new AbortController().signal))!;
    const stop = new AbortController();
    const results = creating(jobs.results, (kind) => {
      stop.abort();
      return jobs.results.create(kind);
    });
    await claim.end(await takeTurn(claim, partsOf(jobs, { results, stop: stop.signal })));
    const job = await jobs.jobs.get(id);
    assert.deepEqual([job.state, job.failures, job.progress.sentences], ['queued', 0, job.total]);
    assert.deepEqual(await jobs.results.list(), []);
    const next = await open(t, { folder: jobs.folder });
    assert.deepEqual(await next.audio(await next.ended(id)), await spokenAtOnce(speaker, book()));
  });

  test('is not led astray by the torn end of a log', async (t) => {
    const first = await open(t, { settings: { jobTurn: 2, jobSlots: 0 } });
    const job = await first.submit(book());
    writeFileSync(join(first.folder, 'jobs', 'logs', 'sqlite', `${job.id}.log`), 'LDJ1 and nothing that follows');
    await first.close();
    const second = await open(t, { folder: first.folder });
    assert.deepEqual(await second.audio(await second.ended(job.id)), await spokenAtOnce(speaker, book()));
  });

  for (const [what, damage] of [
    ['lacks its end', (path: string, size: number) => truncateSync(path, size - 100)],
    ['has a wrong byte', (path: string, size: number) => flip(path, Math.floor(size / 2))],
    ['is gone', (path: string) => rmSync(path)],
  ] as const) {
    test(`goes back to what is whole when its log ${what}`, async (t) => {
      const first = await open(t, { settings: { jobTurn: 1 } });
      const { id } = await first.submit(book());
      await waitFor(
        () => first.jobs.get(id),
        (job) => job.progress.sentences >= 3,
      );
      await first.close();
      const path = join(first.folder, 'jobs', 'logs', 'sqlite', `${id}.log`);
      damage(path, (await stopped(first.folder, id)).progress.bytes);
      // A log that lacks anything is no try of the job's.
      const second = await open(t, { folder: first.folder, settings: { jobTries: 1 } });
      assert.deepEqual(await second.audio(await second.ended(id)), await spokenAtOnce(speaker, book()));
    });
  }

  test('finds its log where those of all drivers once were', async (t) => {
    const spoken: number[] = [];
    const first = await open(t, { settings: { jobTurn: 1 } });
    const { id } = await first.submit(book());
    const { progress } = await waitFor(
      () => first.jobs.get(id),
      (job) => job.progress.sentences >= 2,
    );
    await first.close();
    const logs = join(first.folder, 'jobs', 'logs');
    renameSync(join(logs, 'sqlite', `${id}.log`), join(logs, `${id}.log`));
    const second = await open(t, { folder: first.folder, speaker: speaking((sentence) => void spoken.push(sentence)) });
    const job = await second.ended(id);
    assert.deepEqual(await second.audio(job), await spokenAtOnce(speaker, book()));
    assert.ok(spoken.length <= job.total! - progress.sentences, 'it went on where it was');
  });

  test("leaves the log of a job that nobody knows for a day, and another driver's for ever", async (t) => {
    const jobs = await open(t, { settings: { jobSlots: 0 } });
    const logs = join(jobs.folder, 'jobs', 'logs');
    const of = (place: string, hour: number): string => {
      const path = join(logs, place, `${randomUUID()}.log`);
      mkdirSync(join(logs, place), { recursive: true });
      writeFileSync(path, 'LDJ1');
      utimesSync(path, Date.now() / 1000 - hour * 3600, Date.now() / 1000 - hour * 3600);
      return path;
    };
    const [old, young, other] = [of('sqlite', 25), of('sqlite', 23), of('redis', 1000)];
    await jobs.keeper.sweep();
    assert.deepEqual([old, young, other].map(existsSync), [false, true, true]);
  });

  async function stopped(folder: string, id: string): Promise<Job> {
    const { openEmbedded } = await import('../../src/jobs/embedded/driver.ts');
    const driver = openEmbedded({ folder: join(folder, 'jobs'), leaseMs: 1000, tries: 1, keepMs: 0 });
    const job = await driver.get(id);
    await driver.close();
    return job!;
  }

  test('takes the result that was completed and not recorded, and makes no second', async (t) => {
    const first = await open(t, { settings: { jobSlots: 0 } });
    const { id } = await first.submit(book());
    const claim = (await first.driver.claim(new AbortController().signal))!;
    const dying = creating(first.results, async (kind) => {
      const pending = await first.results.create(kind);
      const commit = async (head?: Uint8Array): Promise<void> => {
        await pending.commit(head);
        throw new Error('dies before it can say so');
      };
      return { name: pending.name, append: (bytes) => pending.append(bytes), abort: () => pending.abort(), commit };
    });
    await claim.end(await takeTurn(claim, partsOf(first, { results: dying })));
    const { reserved, audio } = await first.jobs.get(id);
    assert.equal(audio, undefined);
    const spoken: number[] = [];
    const second = await open(t, { folder: first.folder, speaker: speaking((sentence) => void spoken.push(sentence)) });
    const job = await second.ended(id);
    assert.deepEqual([job.state, job.audio?.name, spoken], ['done', reserved?.name, []]);
    assert.deepEqual(
      (await second.results.list()).map(({ name }) => name),
      [reserved?.name],
    );
    assert.deepEqual(await second.audio(job), await spokenAtOnce(speaker, book()));
  });

  test('leaves nothing but its audio and its timings', async (t) => {
    const jobs = await open(t);
    const { id } = await jobs.submit(book());
    const job = await jobs.ended(id);
    await waitFor(
      async () => readdirSync(join(jobs.folder, 'jobs', 'logs', 'sqlite')),
      (names) => names.length === 1,
    );
    assert.deepEqual(readdirSync(join(jobs.folder, 'jobs', 'logs', 'sqlite')), [`${id}.kept`]);
    assert.deepEqual(
      (await jobs.results.list()).map(({ name }) => name),
      [job.audio?.name],
    );
    const records = [];
    for await (const record of jobs.jobs.timings(job)) records.push(record);
    assert.equal(records.filter(({ sentence }) => sentence !== undefined).length, job.total);
    assert.equal(records.filter(({ timing }) => timing !== undefined).length, job.total);
    const seconds = records.reduce((sum, { length, sampleRate }) => sum + length / sampleRate, 0);
    assert.ok(Math.abs(seconds - job.audio!.seconds) < 1e-9);
  });

  test('that cannot be spoken fails at once', async (t) => {
    const jobs = await open(t);
    const { id } = await jobs.submit({ ...book(), items: [{ text: `☃${'😀'.repeat(60)}`, voice: 'tiny' }] });
    const job = await jobs.ended(id);
    assert.equal(job.state, 'failed');
    assert.equal(job.error?.params.characters, `☃${'😀'.repeat(39)}`, 'no character cut in two');
    assert.equal(job.error?.code, 'text_unspeakable');
    assert.equal(job.failures, 0);
  });

  test('that fails for other reasons is tried again, and given up within bounds', async (t) => {
    let tries = 0;
    const failing = speaking((sentence) => {
      if (sentence !== 1) return;
      tries += 1;
      throw new LangduError('durations_runaway', { frames: 9, limit: 1 });
    });
    const jobs = await open(t, { speaker: failing, settings: { jobTries: 2 } });
    const { id } = await jobs.submit(book());
    const job = await jobs.ended(id);
    assert.equal(job.state, 'failed');
    assert.equal(job.error?.code, 'job_poisonous');
    assert.equal(job.error?.params.reason, 'durations_runaway');
    assert.equal(tries, 2);
    assert.equal(job.progress.sentences, 1);
  });

  test('that fails once and then goes well is whole', async (t) => {
    let failed = false;
    const jobs = await open(t, {
      speaker: speaking((sentence) => {
        if (sentence !== 2 || failed) return;
        failed = true;
        throw new LangduError('worker_lost');
      }),
    });
    const { id } = await jobs.submit(book());
    assert.deepEqual(await jobs.audio(await jobs.ended(id)), await spokenAtOnce(speaker, book()));
    assert.equal(failed, true);
  });

  test('that finds no room comes back when it was told to, as often as it takes, and has not failed', async (t) => {
    let asked = 0;
    const full = speaking((sentence) => {
      if (sentence !== 1) return;
      asked += 1;
      // More often than tries are allowed, and without a sentence made in between.
      if (asked <= 4) throw new LangduError('overloaded', { retryAfter: 0.3 });
    });
    const jobs = await open(t, { speaker: full, settings: { jobTries: 2 } });
    const { id } = await jobs.submit({ ...book(), items: book().items.slice(0, 1) });
    const early: number[] = [];
    const job = await waitFor(
      () => jobs.jobs.get(id),
      ({ state, notBefore }) => {
        if (state === 'running' && notBefore !== undefined && Date.now() < notBefore) early.push(notBefore);
        return state === 'done' || state === 'failed';
      },
    );
    assert.deepEqual([job.state, job.failures, asked], ['done', 0, 5]);
    assert.deepEqual(early, [], 'nobody began before the time that was recorded');
  });

  for (const [what, place] of [
    ['log', join('jobs', 'logs')],
    ['result', 'output'],
  ] as const) {
    test(`whose ${what} cannot be stored waits, has not failed, and goes on when it can`, async (t) => {
      let away = (): void => undefined;
      const jobs = await open(t, {
        speaker: speaking((sentence) => (sentence === 1 ? away() : undefined)),
        settings: { jobTries: 1 },
      });
      const folder = join(jobs.folder, place);
      away = () => {
        renameSync(folder, `${folder}.away`);
        writeFileSync(folder, 'a disk that is gone');
        away = () => undefined;
      };
      const { id } = await jobs.submit({ ...book(), items: book().items.slice(0, 1) });
      const waiting = await waitFor(
        () => jobs.jobs.get(id),
        ({ postponed, state }) => postponed !== undefined && state === 'queued',
      );
      assert.equal(waiting.failures, 0);
      rmSync(folder);
      renameSync(`${folder}.away`, folder);
      const job = await jobs.ended(id);
      assert.deepEqual([job.state, job.failures], ['done', 0]);
      const expected = await spokenAtOnce(speaker, { ...book(), items: book().items.slice(0, 1) });
      assert.deepEqual(await jobs.audio(job), expected);
    });
  }

  for (const code of ['model_not_ready', 'voice_unknown'] as const) {
    test(`whose voice is not there for a moment (${code}) waits for it`, async (t) => {
      let there = false;
      const jobs = await open(t, {
        speaker: speaking((sentence) => {
          if (sentence !== 1 || there) return;
          there = true;
          throw new LangduError(code, code === 'voice_unknown' ? { voice: 'tiny', available: [] } : {});
        }),
      });
      const { id } = await jobs.submit(book());
      const { notBefore } = await waitFor(
        () => jobs.jobs.get(id),
        (job) => job.state === 'queued' && job.notBefore !== undefined,
      );
      assert.ok(notBefore! > Date.now() - 1000);
      assert.equal((await jobs.ended(id)).state, 'done');
    });
  }

  test('that is cancelled stops, and leaves nothing', async (t) => {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const jobs = await open(t, { speaker: speaking((sentence) => (sentence === 1 ? gate : undefined)) });
    const { id } = await jobs.submit(book());
    await waitFor(
      () => jobs.jobs.get(id),
      (job) => job.progress.sentences === 1,
    );
    assert.equal((await jobs.jobs.cancel(id)).state, 'cancelled');
    go();
    // The next job is begun only when the one before has let go.
    const next = await jobs.ended((await jobs.submit(book())).id);
    assert.equal(next.state, 'done');
    assert.equal((await jobs.jobs.get(id)).state, 'cancelled');
    assert.equal((await jobs.jobs.cancel(id)).state, 'cancelled', 'cancelling again changes nothing');
    await jobs.keeper.sweep();
    const names = readdirSync(join(jobs.folder, 'jobs', 'logs', 'sqlite'));
    assert.deepEqual(
      names.filter((name) => name.startsWith(id)),
      [],
    );
    assert.equal((await jobs.results.list()).length, 1);
  });

  test('expires unfinished, and is removed with its audio when its time is over', async (t) => {
    const idle = await open(t, { settings: { jobSlots: 0 } });
    const late = await idle.submit(book(), { expiresIn: 0.1 });
    assert.equal((await idle.ended(late.id)).state, 'expired');

    const jobs = await open(t);
    const { id } = await jobs.submit(book(), { expiresIn: 4 });
    const done = await jobs.ended(id);
    assert.equal(done.state, 'done');
    await waitFor(
      () => jobs.driver.get(id),
      (job) => job === undefined,
    );
    assert.deepEqual(await jobs.results.list(), []);
    assert.deepEqual(readdirSync(join(jobs.folder, 'jobs', 'logs', 'sqlite')), []);
  });

  test('is refused when anything is wrong with it', async (t) => {
    const jobs = await open(t, { settings: { jobSlots: 0, maxJobText: 50, maxJobs: 1 } });
    const item = { text: '你好。', voice: 'tiny' };
    const refused = (request: Partial<JobRequest>, code: string) =>
      assert.rejects(jobs.submit({ items: [item], gap: 0, output: {}, ...request }), { code });
    await refused({ items: [] }, 'text_empty');
    await refused({ items: [item, { ...item, text: ' ' }] }, 'text_empty');
    await refused({ items: [{ ...item, text: '好'.repeat(51) }] }, 'text_too_long');
    await refused({ items: [{ ...item, text: '好\ud800' }] }, 'request_invalid');
    await refused({ items: [{ ...item, title: '\udc00' }] }, 'request_invalid');
    await refused({ items: [{ ...item, lexicon: '好\thao3 \ud83d' }] }, 'request_invalid');
    await assert.rejects(
      jobs.submit({ items: [item], gap: 0, output: {} }, { key: { text: '\ud800', fingerprint: '' } }),
      {
        code: 'request_invalid',
      },
    );
    await refused({ items: [{ ...item, voice: 'nobody' }] }, 'voice_unknown');
    await refused({ items: [{ ...item, emotion: 'bored' }] }, 'emotion_unknown');
    await refused({ items: [{ ...item, speaker: 'nobody' }] }, 'speaker_unknown');
    await refused({ output: { sampleRate: 12345 } }, 'sample_rate_unsupported');
    await jobs.submit({ items: [{ ...item, text: '😀'.repeat(25) + '好'.repeat(25) }], gap: 0, output: {} });
    await refused({}, 'jobs_full');
  });

  test('is the same job under the same key, and another request is refused under it', async (t) => {
    const jobs = await open(t, { settings: { jobSlots: 0 } });
    const key = { text: 'k', fingerprint: '1' };
    const other = { text: 'k', fingerprint: '2' };
    assert.equal(await jobs.jobs.known('a', key), undefined);
    const first = await jobs.submit(book(), { key });
    assert.equal((await jobs.submit(book(), { key })).id, first.id);
    assert.equal((await jobs.jobs.known('a', key))?.id, first.id);
    await assert.rejects(jobs.submit(book(), { key: other }), { code: 'idempotency_conflict' });
    await assert.rejects(jobs.jobs.known('a', other), { code: 'idempotency_conflict' });
    assert.equal(await jobs.jobs.known('b', other), undefined);
    assert.notEqual((await jobs.submit(book(), { key, caller: 'b' })).id, first.id);
  });
});

/** A store that begins results in another way. */
function creating(results: ResultStore, create: ResultStore['create']): ResultStore {
  return Object.create(results, { create: { value: create } }) as ResultStore;
}

function partsOf({ driver, logs, results }: TestJobs, more: Partial<TurnParts>): TurnParts {
  const { signal: stop } = new AbortController();
  return { driver, logs, results, speaker, log: createLog('silent'), turn: 50, tries: 9, stop, ...more };
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 0xff;
  writeFileSync(path, bytes);
}

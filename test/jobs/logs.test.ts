import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { nothingDone } from '../../src/jobs/job.ts';
import { openBucketLogs } from '../../src/jobs/log/bucket.ts';
import { openFolderLogs } from '../../src/jobs/log/folder.ts';
import { decodeRecord, encodeRecord, type LogRecord } from '../../src/jobs/log/record.ts';
import { LogGap, type LogStore } from '../../src/jobs/log/store.ts';
import { advance, DamagedLog, walk } from '../../src/jobs/log/walk.ts';
import { temporaryFolder } from '../golden-data.ts';
import { type S3Server, startS3Server } from '../results/s3-server.ts';

const records: LogRecord[] = [
  { item: 0, sentence: { index: 0, start: 0, end: 3 }, sampleRate: 16000, samples: Float32Array.of(0, 0.5, -1) },
  { item: 0, sentence: { index: 2, start: 3, end: 9 }, sampleRate: 16000, samples: new Float32Array(1000).fill(0.25) },
  {
    item: 0,
    sampleRate: 16000,
    samples: new Float32Array(0),
    warnings: [{ code: 'character_unknown', text: '☃', start: 9, end: 10 }],
  },
];

async function written(logs: LogStore, job: string, upTo = records.length) {
  let progress = nothingDone;
  for (const record of records.slice(0, upTo)) {
    const bytes = encodeRecord(record);
    await logs.write(job, { record: progress.records, offset: progress.bytes }, bytes);
    progress = advance(progress, record, bytes.length);
  }
  return progress;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function contract(name: string, open: () => Promise<LogStore>): void {
  suite(`logs in ${name}`, () => {
    test('give back what was written, from anywhere', async () => {
      const logs = await open();
      const job = randomUUID();
      const progress = await written(logs, job);
      assert.deepEqual([progress.records, progress.sentences, progress.item, progress.sentence], [3, 2, 1, 0]);
      const steps = await all(walk(logs, job, progress));
      assert.deepEqual(
        steps.map(({ record }) => record),
        records,
      );
      const rest = await all(walk(logs, job, progress, steps[0]!.progress));
      assert.deepEqual(
        rest.map(({ record }) => record),
        records.slice(1),
      );
    });

    test('do not change when a record is written again', async () => {
      const logs = await open();
      const job = randomUUID();
      const progress = await written(logs, job);
      await written(logs, job, 2);
      assert.equal((await all(walk(logs, job, progress))).length, 3);
    });

    test('say where they end, when less is there than was said', async () => {
      const logs = await open();
      const job = randomUUID();
      const intact = await written(logs, job, 2);
      const claimed = { ...intact, records: 5, bytes: 10_000 };
      await assert.rejects(all(walk(logs, job, claimed)), (error: unknown) => {
        assert.ok(error instanceof DamagedLog);
        assert.deepEqual(error.intact, intact);
        return true;
      });
      await assert.rejects(all(walk(logs, randomUUID(), claimed)), DamagedLog);
    });

    test('are removed, with and without what is kept', async () => {
      const logs = await open();
      const job = randomUUID();
      const progress = await written(logs, job);
      assert.equal(await logs.kept(job), undefined);
      await logs.keep(job, Buffer.from('first'));
      await logs.keep(job, Buffer.from('second'));
      await logs.removeLog(job);
      await assert.rejects(all(walk(logs, job, progress)), DamagedLog);
      assert.equal((await logs.kept(job))?.toString(), 'second');
      const left = (await all(logs.jobs())).filter((one) => one.job === job);
      assert.equal(left.length, 1);
      assert.ok(Math.abs(left[0]!.changedAt - Date.now()) < 600_000, 'in milliseconds since the epoch');
      await logs.remove(job);
      await logs.remove(job);
      assert.equal(await logs.kept(job), undefined);
      assert.equal(
        (await all(logs.jobs())).some((one) => one.job === job),
        false,
      );
    });
  });
}

const folder = temporaryFolder();
contract('a folder', () => openFolderLogs(folder));

test('a folder takes no record behind a gap', async () => {
  const logs = await openFolderLogs(folder);
  const bytes = encodeRecord(records[0]!);
  await assert.rejects(logs.write(randomUUID(), { record: 1, offset: 100 }, bytes), LogGap);
  const job = randomUUID();
  const { records: record, bytes: offset } = await written(logs, job, 1);
  await assert.rejects(logs.write(job, { record, offset: offset + 1 }, bytes), LogGap);
  await logs.write(job, { record, offset }, bytes);
});

test('a full disk is told apart from a broken one', async () => {
  const logs = await openFolderLogs(folder);
  const job = randomUUID();
  await symlink('/dev/full', join(folder, `${job}.log`));
  await assert.rejects(written(logs, job), { code: 'storage_full' });
  await mkdir(join(folder, `${job}.kept`));
  await assert.rejects(logs.kept(job), { code: 'storage_failed' });
});

let server: S3Server;
before(async () => {
  server = await startS3Server();
});
after(() => server.stop());
contract('a bucket', async () => openBucketLogs({ ...server, sessionToken: '', prefix: 'langdu/' }));

suite('a record', () => {
  test('is refused with any of its bytes changed, or cut off', () => {
    const bytes = encodeRecord(records[0]!);
    assert.deepEqual(decodeRecord(bytes), records[0]);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x10;
      assert.equal(decodeRecord(changed), undefined, `byte ${at}`);
      assert.equal(decodeRecord(bytes.subarray(0, at)), undefined, `${at} bytes`);
    }
  });
});

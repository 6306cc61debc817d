import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { writeSpeech } from '../../src/audio/write-speech.ts';
import { createLog } from '../../src/log.ts';
import { openFileStore } from '../../src/results/files.ts';
import type { RetentionLimits } from '../../src/results/plan.ts';
import { record } from '../../src/results/record.ts';
import type { ResultStore } from '../../src/results/store.ts';
import { readWav } from '../server/read-wav.ts';
import { serve } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';

const log = createLog('silent');
const forever = { keepHours: 0, keepBytes: 0 };

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-results-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(t: TestContext, folder: string, limits: RetentionLimits = forever): Promise<ResultStore> {
  const store = await openFileStore({ folder, log, ...limits });
  t.after(() => store.close());
  return store;
}

async function add(store: ResultStore, bytes: number): Promise<string> {
  const pending = await store.create({ extension: 'wav' });
  await pending.append(new Uint8Array(bytes));
  await pending.commit();
  return pending.name;
}

async function age(folder: string, name: string, hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * 3_600_000);
  await utimes(join(folder, name), then, then);
}

test('a result can be opened when it is complete, not before', async (t) => {
  const folder = await folderOf(t);
  const store = await open(t, join(folder, 'made', 'on', 'the way'));
  const pending = await store.create({ extension: 'wav' });
  assert.match(pending.name, /^[0-9a-f]{32}\.wav$/);
  await pending.append(Buffer.from('head'));
  await pending.append(Buffer.from('body'));
  assert.equal(await store.open(pending.name), undefined);
  await pending.commit(Buffer.from('HEAD'));
  await pending.abort();
  const stored = await store.open(pending.name);
  assert.equal(stored?.size, 8);
  assert.equal((await buffer(stored!.read(0, 7))).toString(), 'HEADbody');
  const part = await store.open(pending.name);
  assert.equal((await buffer(part!.read(3, 5))).toString(), 'Dbo');
});

test('an aborted result leaves nothing', async (t) => {
  const folder = await folderOf(t);
  const store = await open(t, folder);
  const pending = await store.create({ extension: 'wav' });
  await pending.append(new Uint8Array(1000));
  assert.equal((await readdir(folder)).length, 1);
  await pending.abort();
  await pending.abort();
  assert.deepEqual(await readdir(folder), []);
});

test('only this user may list the folder, or read what is in it', async (t) => {
  const folder = join(await folderOf(t), 'output');
  const store = await open(t, folder);
  const name = await add(store, 1);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
});

test('what is past its age is removed, and what a crash left half written', async (t) => {
  const folder = await folderOf(t);
  const first = await openFileStore({ folder, log, ...forever });
  const [old, young] = [await add(first, 10), await add(first, 10)];
  await first.create({ extension: 'wav' }).then((pending) => pending.append(new Uint8Array(5)));
  const fresh = (await readdir(folder)).find((name) => name.endsWith('.part'))!;
  const leftover = `${'0'.repeat(32)}.wav.part`;
  await writeFile(join(folder, leftover), 'half');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await age(folder, old, 25);
  await age(folder, young, 23);
  await age(folder, leftover, 1);
  await age(folder, 'notes.txt', 1000);
  await first.close();

  await open(t, folder, { keepHours: 24, keepBytes: 0 });
  assert.deepEqual((await readdir(folder)).sort(), [fresh, young, 'notes.txt'].sort());
});

test('the oldest go when there is too much, at the write that makes it so', async (t) => {
  const folder = await folderOf(t);
  const store = await open(t, folder, { keepHours: 0, keepBytes: 1000 });
  const names: string[] = [];
  for (let i = 0; i < 10; i += 1) {
    const name = await add(store, 300);
    names.push(name);
    await age(folder, name, (10 - i) / 60);
    const sizes = await Promise.all((await readdir(folder)).map(async (file) => (await stat(join(folder, file))).size));
    assert.ok(sizes.reduce((a, b) => a + b, 0) <= 1000, `${sizes} after ${i + 1}`);
  }
  assert.equal(await store.open(names[0]!), undefined);
  const last = await store.open(names[9]!);
  assert.equal(last?.size, 300);
  await last?.close();
});

test('a result larger than the limit is still delivered', async (t) => {
  const folder = await folderOf(t);
  const store = await open(t, folder, { keepHours: 0, keepBytes: 1000 });
  const pending = await store.create({ extension: 'wav' });
  for (let i = 0; i < 50; i += 1) await pending.append(new Uint8Array(100));
  await pending.commit();
  const stored = await store.open(pending.name);
  assert.equal(stored?.size, 5000);
  await stored?.close();
});

test('speech is recorded as it is made', async (t) => {
  const folder = await folderOf(t);
  const store = await open(t, folder);
  const text = '一二三。四五六七☃。';
  const recording = await record(writeSpeech(new ToneSpeaker().speak({ text }), {}), store);
  assert.equal(recording.sampleRate, 16000);
  assert.equal(recording.seconds, 1);
  assert.deepEqual(
    recording.warnings.map((warning) => [warning.text, warning.start]),
    [['☃', 8]],
  );
  const stored = (await store.open(recording.name))!;
  assert.equal(readWav(await buffer(stored.read(0, stored.size - 1))).samples.length, 16000);
});

test('speech that fails leaves nothing', async (t) => {
  const folder = await folderOf(t);
  const store = await open(t, folder);
  const failing = new ToneSpeaker({ failAt: { sentence: 2, error: new Error('no') } });
  await assert.rejects(record(writeSpeech(failing.speak({ text: '一。二。三。' }), {}), store), /no/);
  assert.equal(failing.stopped, 1);

  assert.deepEqual(await readdir(folder), []);
});

test('a disk that fails is an error of the request, and the next one may succeed', async (t) => {
  const { post, folder, log: lines } = await serve(t, { mayFail: true });
  await rm(folder, { recursive: true });
  const response = await post({ text: '好' });
  const answer = (await response.json()) as { error: string; code: string };
  assert.deepEqual([response.status, answer.code], [500, 'storage_failed']);
  assert.doesNotMatch(answer.error, /ENOENT|tmp/);
  assert.match(JSON.stringify(lines), /ENOENT/);
  await mkdir(folder);
  assert.equal((await post({ text: '好' })).status, 200);
});

test('a folder that cannot be had stops the start', async (t) => {
  const folder = await folderOf(t);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(open(t, join(folder, 'file')), { code: 'storage_failed' });
});

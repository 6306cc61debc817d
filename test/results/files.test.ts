import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { writeSpeech } from '../../src/audio/write-speech.ts';
import { createLog } from '../../src/log.ts';
import { FileShelf, partialName } from '../../src/results/files/shelf.ts';
import { FileWriter } from '../../src/results/files/writer.ts';
import { openFileStore } from '../../src/results/files.ts';
import { newName } from '../../src/results/names.ts';
import type { RetentionLimits } from '../../src/results/plan.ts';
import { record } from '../../src/results/record.ts';
import type { ResultStore } from '../../src/results/store.ts';
import { readWav } from '../server/read-wav.ts';
import { serve } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { until } from '../until.ts';
import { bytesOf, contract, type Place, patterned, write } from './contract.ts';
import { httpContract } from './http-contract.ts';
import { startWriter } from './writer-process.ts';

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

async function placeOf(t: TestContext): Promise<Place> {
  const folder = await folderOf(t);
  return { open: (options) => openFileStore({ folder, log, ...forever, ...options }) };
}

contract('files', placeOf);
httpContract('files', placeOf);

async function age(folder: string, name: string, hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * 3_600_000);
  await utimes(join(folder, name), then, then);
}

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

test('what a killed process has half written goes at once, and what the living write stays', async (t) => {
  const folder = await folderOf(t);
  const options = { files: { folder, ...forever }, bytes: 0 };
  const [dead, alive] = await Promise.all([startWriter(t, options), startWriter(t, options)]);
  const store = await open(t, folder);
  const own = await store.create({ extension: 'wav' });
  await own.append(new Uint8Array(10));
  const partials = async () => (await readdir(folder)).filter((file) => file.endsWith('.part'));
  const has = async (name: string) => (await partials()).some((file) => file.startsWith(name));
  await until(async () => (await store.usage()).pendingBytes > 100_000, 'both have written');

  await (await open(t, folder)).sweep();
  assert.equal((await partials()).length, 3, 'nobody has died yet');

  await dead.kill();
  const dry = await store.sweep({ dryRun: true });
  assert.deepEqual(
    dry.removals.map(({ reason }) => reason),
    ['orphan'],
  );
  assert.ok(dry.removals[0]!.bytes > 0 && dry.removals[0]!.name.startsWith(dead.first));
  assert.equal((await partials()).length, 3);

  await open(t, folder); // a start is enough
  assert.deepEqual([await has(dead.first), await has(alive.first), await has(own.name)], [false, true, true]);
  assert.equal(await store.open(dead.first), undefined);
  await own.commit();
  assert.equal((await bytesOf(store, own.name))?.length, 10);
  await alive.kill();
});

test('a removal that was interrupted is finished, or undone for a result that is held', async (t) => {
  const folder = await folderOf(t);
  const store = await open(t, folder);
  const [gone, held] = [await write(store, Buffer.from('gone')), await write(store, Buffer.from('held'))];
  for (const name of [gone, held]) await rename(join(folder, name), join(folder, `${name}.going`));
  assert.equal(await store.open(held), undefined);
  assert.equal(await store.hold(held), true, 'a hold brings it back');
  assert.equal((await bytesOf(store, held))?.toString(), 'held');
  assert.deepEqual((await store.sweep({ dryRun: true })).removals, [], 'it may be under way');
  assert.deepEqual((await readdir(folder)).sort(), [`${gone}.going`, held, `${held}.hold`].sort());
});

test('no hold is lost to a removal at the same moment', async (t) => {
  const store = await open(t, await folderOf(t));
  const outcomes = new Set<string>();
  for (let turn = 0; turn < 200; turn += 1) {
    const name = await write(store, Buffer.from('x'));
    const [held, removed] = await Promise.all([store.hold(name), store.remove(name)]);
    const there = (await bytesOf(store, name)) !== undefined;
    assert.equal(there, held, `held: ${held}, ${removed}`);
    assert.equal(removed, held ? 'held' : 'removed');
    outcomes.add(removed);
  }
  assert.ok(outcomes.size > 0);
  assert.equal(
    (await store.list()).every((entry) => entry.held),
    true,
  );
});

test('what another process completes while the folder is looked through is counted', async (t) => {
  const folder = await folderOf(t);
  const shelf = new FileShelf(folder, 'mine');
  const { id } = new FileWriter(); // of a process that lives: this one
  for (let turn = 0; turn < 20; turn += 1) {
    const names = Array.from({ length: 40 }, () => newName({ extension: 'wav' }));
    for (const name of names) await writeFile(join(folder, partialName(name, id)), 'x');
    const complete = (name: string) => rename(join(folder, partialName(name, id)), join(folder, name));
    const [seen] = await Promise.all([shelf.inventory(), ...names.map(complete)]);
    assert.equal(seen.results.length + seen.othersPending.length, names.length);
    await Promise.all(names.map((name) => rm(join(folder, name))));
  }
});

/**
 * Bytes that a folder had at one moment at least: files come and go while it is looked through, so only those count that
 * are there afterwards still, as large as they were before; by inode, since one may be renamed meanwhile. Without what
 * is on its way out.
 */
async function leastBytesIn(folder: string): Promise<number> {
  const before = await sizesIn(folder);
  const after = await sizesIn(folder);
  return [...before].reduce((sum, [inode, bytes]) => sum + (after.has(inode) ? bytes : 0), 0);
}

async function sizesIn(folder: string): Promise<Map<number, number>> {
  const sizes = new Map<number, number>();
  for (const file of (await readdir(folder)).filter((name) => !name.endsWith('.going'))) {
    const stats = await stat(join(folder, file)).catch(() => undefined);
    if (stats !== undefined) sizes.set(stats.ino, stats.size);
  }
  return sizes;
}

test('the limit holds for processes that share a folder', async (t) => {
  const folder = await folderOf(t);
  const keepBytes = 4_000_000;
  const options = { files: { folder, keepHours: 0, keepBytes }, bytes: 98_304 };
  const writers = await Promise.all([startWriter(t, options), startWriter(t, options), startWriter(t, options)]);
  const store = await open(t, folder);
  const piece = patterned(16_384);
  let largest = 0;
  const seen = new Set<string>();
  while (seen.size < 300) {
    const total = await leastBytesIn(folder);
    largest = Math.max(largest, total);
    assert.ok(total <= keepBytes, `${total}`);
    for (const { name } of await store.list()) seen.add(name);
    const newest = (await store.list()).at(-1);
    const bytes = newest && (await bytesOf(store, newest.name));
    if (bytes !== undefined) assert.ok(bytes.length === 98_304 && bytes.subarray(0, 16_384).equals(piece));
  }
  assert.ok(largest > keepBytes / 2, `${largest}`);
  for (const writer of writers) await writer.kill();
});

/** A disk of its own, as small as a test needs it. */
async function diskOf(t: TestContext, size: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-results-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', folder]);
  t.after(async () => {
    execFileSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

const mayMount = { skip: process.platform !== 'linux' || process.getuid?.() !== 0 ? 'only root may mount' : false };

test('a disk that is full before the limit gives up the oldest, and no write fails', mayMount, async (t) => {
  const folder = await diskOf(t, '4m');
  const store = await open(t, folder, { keepHours: 0, keepBytes: 64 * 1024 * 1024 });
  const names: string[] = [];
  for (let i = 0; i < 20; i += 1) {
    const bytes = patterned(700_000, i);
    const name = await write(store, bytes);
    names.push(name);
    assert.ok((await bytesOf(store, name))!.equals(bytes));
  }
  assert.equal(await store.open(names[0]!), undefined);
  assert.ok((await store.usage()).bytes > 2_000_000);
});

test(
  'a full disk without a limit is an error of the request, leaves nothing half written, and passes',
  mayMount,
  async (t) => {
    const folder = await diskOf(t, '2m');
    const results = await openFileStore({ folder, log, ...forever });
    const { post, log: lines } = await serve(t, { results, mayFail: true, maxText: 100_000 });
    const kept = await write(results, patterned(100_000));
    const long = { text: '长'.repeat(2000) };
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await post(long);
      const answer = (await response.json()) as { error: string; code: string };
      assert.deepEqual([response.status, answer.code], [507, 'storage_full']);
      assert.doesNotMatch(answer.error, /ENOSPC|tmp/);
      assert.deepEqual(await readdir(folder), [kept], 'nothing half written');
    }
    assert.match(JSON.stringify(lines), /ENOSPC/);
    assert.equal((await results.usage()).pendingBytes, 0);
    assert.equal((await post({ text: '好' })).status, 200, 'what fits is made');
    assert.ok((await bytesOf(results, kept))!.equals(patterned(100_000)));
    await results.close();
  },
);

test('a folder that became read-only serves what it has', mayMount, async (t) => {
  const folder = await diskOf(t, '2m');
  const store = await open(t, folder, { keepHours: 0.000_001, keepBytes: 10 });
  const name = await write(store, Buffer.from('kept'));
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  await assert.rejects(write(store, Buffer.from('x')), { code: 'storage_failed' });
  await assert.rejects(store.hold(name), { code: 'storage_failed' });
  assert.equal((await bytesOf(store, name))?.toString(), 'kept');
  await assert.rejects(store.sweep(), { code: 'storage_failed' });
  execFileSync('mount', ['-o', 'remount,rw', folder]);
  await store.sweep();
  assert.deepEqual(await readdir(folder), []);
});

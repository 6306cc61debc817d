import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { openResultStore } from '../../src/results/open.ts';
import { openS3Store, type S3StoreOptions } from '../../src/results/s3.ts';
import type { ResultStore } from '../../src/results/store.ts';
import { serve } from '../server/serving.ts';
import { until } from '../until.ts';
import { bytesOf, contract, type Place, patterned, write } from './contract.ts';
import { httpContract } from './http-contract.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import { startWriter } from './writer-process.ts';

const log = createLog('silent');
const MIB = 1024 * 1024;

let server: S3Server;
let places = 0;
before(async () => {
  server = await startS3Server();
});
after(() => server.stop());

/** A prefix that nobody has used, of what a key may hold and a URL may not, so that every step of signing is tried. */
function prefix(): string {
  places += 1;
  return `place ${places}+&=%"'*~(é)<语>/deep/`;
}

function optionsOf(more: Partial<S3StoreOptions> = {}): Omit<S3StoreOptions, 'log'> {
  const { client: _, process: __, stop: ___, url: ____, ...bucket } = server;
  return { ...bucket, sessionToken: '', prefix: prefix(), delivery: 'proxy', keepHours: 0, keepBytes: 0, ...more };
}

async function open(t: TestContext, options: Omit<S3StoreOptions, 'log'>): Promise<ResultStore> {
  const store = await openS3Store({ ...options, log });
  t.after(() => store.close());
  return store;
}

async function place(): Promise<Place> {
  const own = optionsOf();
  return { open: (options) => openS3Store({ ...own, ...options, log }) };
}

contract('a bucket', place);
httpContract('a bucket', place);

/** Uploads in parts that the server has, by a client that is not ours. */
async function uploads(): Promise<string> {
  return (await server.client.fetch(`${server.url}?uploads`)).text();
}

test('an upload that a killed process has left ends at the next start, and those of the living stay', async (t) => {
  const options = optionsOf();
  const [dead, alive] = await Promise.all([
    startWriter(t, { s3: options, bytes: 0 }),
    startWriter(t, { s3: options, bytes: 0 }),
  ]);
  const store = await open(t, options);
  const own = await store.create({ extension: 'wav' });
  const bytes = patterned(11 * MIB);
  await own.append(bytes);
  await until(async () => {
    const found = await uploads();
    return [dead.first, alive.first, own.name].every((name) => found.includes(name));
  }, 'all three upload');
  assert.deepEqual((await store.sweep()).removals, [], 'nobody has died yet');

  await dead.kill();
  await open(t, options);
  const left = await uploads();
  const there = [dead, alive].map(({ first }) => left.includes(first));
  assert.deepEqual([...there, left.includes(own.name)], [false, true, true]);
  await own.commit();
  assert.ok((await bytesOf(store, own.name))!.equals(bytes));
  await alive.kill();
  const { removals } = await store.sweep();
  assert.ok(removals.some(({ name, reason }) => name === alive.first && reason === 'orphan'));
  assert.deepEqual((await store.sweep({ dryRun: true })).removals, []);
});

test('only what is below the prefix is looked at', async (t) => {
  const mine = optionsOf({ prefix: 'mine/' });
  const store = await open(t, mine);
  const name = await write(store, Buffer.from('mine'));
  const key = `${server.url}minefield-${name}`;
  await server.client.fetch(key, { method: 'PUT', body: 'not mine' });
  await server.client.fetch(`${server.url}mine/notes.txt`, { method: 'PUT', body: 'a note' });
  const last = await open(t, { ...mine, keepHours: 1 / 3_600_000 });
  await last.sweep();
  await until(async () => {
    await last.sweep();
    return (await last.list()).length === 0;
  }, 'mine is past its age');
  for (const [address, text] of [
    [key, 'not mine'],
    [`${server.url}mine/notes.txt`, 'a note'],
  ]) {
    assert.equal(await (await server.client.fetch(address!)).text(), text);
  }
});

test('a redirect leads to the S3 server, with the range, the type and the name asked for', async (t) => {
  const store = await open(t, optionsOf({ delivery: 'redirect' }));
  const { url } = await serve(t, { results: store });
  const bytes = patterned(100_000);
  const name = await write(store, bytes, 'mp3');
  const address = `${url}/audio/${name}?download=${encodeURIComponent('第一 章')}`;
  const answer = await fetch(address, { redirect: 'manual' });
  assert.equal(answer.status, 307);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.ok(answer.headers.get('location')!.startsWith(server.url));
  const followed = await fetch(address, { headers: { range: 'bytes=10-19' } });
  assert.equal(followed.status, 206);
  assert.ok(Buffer.from(await followed.arrayBuffer()).equals(bytes.subarray(10, 20)));
  assert.equal(followed.headers.get('content-type'), 'audio/mpeg');
  const disposition = `attachment; filename="speech.mp3"; filename*=UTF-8''%E7%AC%AC%E4%B8%80%20%E7%AB%A0.mp3`;
  assert.equal(followed.headers.get('content-disposition'), disposition);
  const changed = answer.headers.get('location')!.replace('X-Amz-Expires=300', 'X-Amz-Expires=301');
  assert.equal((await fetch(changed)).status, 403);
  assert.equal((await fetch(address, { method: 'HEAD', redirect: 'manual' })).status, 200);
});

/** An address where nothing answers. */
async function nobodys(): Promise<string> {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  return `http://127.0.0.1:${port}`;
}

test('a start with a bucket that cannot be had says why, and never the keys', async () => {
  const keys = { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey };
  const env = { LANGDU_RESULTS: 's3', LANGDU_S3_ENDPOINT: server.endpoint, LANGDU_S3_BUCKET: server.bucket, ...keys };
  const cases: readonly [change: Record<string, string>, says: RegExp][] = [
    [{ LANGDU_S3_BUCKET: 'no-such-bucket' }, /no-such-bucket \(NoSuchBucket: /],
    [{ AWS_SECRET_ACCESS_KEY: 'a wrong secret' }, /SignatureDoesNotMatch/],
    [{ AWS_ACCESS_KEY_ID: 'nobody' }, /InvalidAccessKeyId|SignatureDoesNotMatch/],
    [{ LANGDU_S3_ENDPOINT: await nobodys() }, /ECONNREFUSED/],
    [{ LANGDU_S3_ENDPOINT: 'http://127.0.0.1:1' }, /bad port/],
    [{ LANGDU_S3_BUCKET: '' }, /LANGDU_S3_BUCKET \(needed/],
    [{ AWS_SECRET_ACCESS_KEY: '' }, /AWS_SECRET_ACCESS_KEY \(needed/],
    [{ LANGDU_S3_PREFIX: 'a/../b/' }, /LANGDU_S3_PREFIX=a/],
  ];
  for (const [change, says] of cases) {
    const opening = openResultStore(loadSettings({ ...env, ...change }), log);
    await assert.rejects(opening, (error: { code: string; message: string }) => {
      assert.equal(error.code, 'config_invalid');
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /testing|a wrong secret/);
      return true;
    });
  }
  const store = await openResultStore(loadSettings(env), log);
  assert.equal((await bytesOf(store, await write(store, Buffer.from('x'))))?.toString(), 'x');
  await store.close();
});

test('a server that fails now and then is asked again, and one that is gone is an error', async (t) => {
  // Stands between us and the real server, and answers itself when it is told to fail.
  let failures = 0;
  let asked = 0;
  const between = createServer((request, response) => {
    asked += 1;
    if (failures > 0) {
      failures -= 1;
      if (asked % 2 === 0) request.socket.destroy();
      else response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      return;
    }
    // With its Host as it came: that is signed.
    const { method, headers, url } = request;
    const passed = forward(`${server.endpoint}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed.on('error', () => response.destroy()));
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  t.after(() => between.close());
  const endpoint = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  const store = await open(t, optionsOf({ endpoint, prefix: 'between/' }));
  const bytes = patterned(6 * MIB);
  failures = 2;
  const pending = await store.create({ extension: 'wav' });
  for (let at = 0; at < bytes.length; at += MIB) {
    await pending.append(bytes.subarray(at, at + MIB));
    failures = 1;
  }
  await pending.commit();
  failures = 3;
  assert.ok((await bytesOf(store, pending.name))!.equals(bytes));

  failures = Number.POSITIVE_INFINITY;
  await assert.rejects(write(store, Buffer.from('x')), { code: 'storage_failed' });
  await assert.rejects(store.open(pending.name), { code: 'storage_failed' });
  failures = 0;
  assert.equal((await store.list()).length, 1);
});

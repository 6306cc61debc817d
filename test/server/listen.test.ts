import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadSettings } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openFileStore } from '../../src/results/files.ts';
import { startServer } from '../../src/server/listen.ts';
import { until } from '../until.ts';
import { metricsOf, spawnServer } from './spawn-server.ts';
import { ToneSpeaker } from './tone-speaker.ts';

const log = createLog('silent');
const metrics = createMetrics();
after(() => metrics.close());

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-listen-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether it has begun a request of the test; the server's own probe is another. */
function speaks(speaker: ToneSpeaker, text: string): boolean {
  return speaker.requests.some((request) => request.text.startsWith(text));
}

function ask(address: string, text: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${address}/api/tts`, { method: 'POST', headers, body: JSON.stringify({ text }) });
}

test('a stop lets what is under way finish and refuses what is new', async (t) => {
  const folder = await folderOf(t);
  const speaker = new ToneSpeaker({ pace: 100 });
  const results = await openFileStore({ folder, log, keepHours: 0, keepBytes: 0 });
  const settings = { ...loadSettings(), maxText: 1000, host: '127.0.0.1', port: 0, stopSeconds: 30 };
  const server = await startServer({ speaker, results, settings, log, metrics });
  const asked = ask(server.address, '一。二。三。四。五。');
  await until(() => speaks(speaker, '一。'), 'the request is under way');
  const stopped = server.stop();
  assert.equal(server.stop(), stopped, 'stopping twice is stopping once');
  await assert.rejects(ask(server.address, '好'));
  assert.equal((await asked).status, 200);
  await stopped;
  assert.equal(speaker.closed, true);
  assert.equal((await readdir(folder)).length, 1);
});

test('a request that arrives during a stop is told so', async (t) => {
  const folder = await folderOf(t);
  const speaker = new ToneSpeaker({ pace: 500 });
  const results = await openFileStore({ folder, log, keepHours: 0, keepBytes: 0 });
  const settings = { ...loadSettings(), maxText: 1000, host: '127.0.0.1', port: 0, stopSeconds: 30 };
  const server = await startServer({ speaker, results, settings, log, metrics });
  const asked = ask(server.address, '一。');
  const late = connect(Number(new URL(server.address).port), '127.0.0.1');
  late.write('GET /api/voices HTTP/1.1\r\nhost: x\r\n');
  await until(() => speaks(speaker, '一。'), 'the request is under way');
  const stopped = server.stop();
  late.write('\r\n');
  const [answer] = (await once(late, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 503 .*connection: close.*"code":"shutting_down"/is);
  assert.equal((await asked).status, 200);
  await stopped;
});

test('a stop waits for a caller who has not yet read all that was sent', async (t) => {
  const { child, port } = await spawnServer(t);
  const text = '一二三四五六七八九十。'.repeat(90);
  const body = JSON.stringify({ text, format: 'wav' });
  const slow = connect(port, '127.0.0.1').pause();
  slow.write(
    `POST /api/tts/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const answered = 'langdu_http_requests_total{route="/api/tts/stream",method="POST",status="200"}';
  await until(async () => (await metricsOf(`http://127.0.0.1:${port}`)).get(answered) === 1, 'all is written');
  child.kill('SIGTERM');
  await delay(1500);
  assert.equal(child.exitCode, null);
  const parts: Buffer[] = [];
  slow.on('data', (data) => parts.push(data));
  slow.resume();
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  const received = Buffer.concat(parts);
  assert.ok(received.length > 1_000_000 && received.toString('latin1').endsWith('0\r\n\r\n'), `${received.length}`);
});

test('a stop does not wait longer than it may', async (t) => {
  const folder = await folderOf(t);
  const speaker = new ToneSpeaker({ pace: 60_000 });
  const results = await openFileStore({ folder, log, keepHours: 0, keepBytes: 0 });
  const settings = { ...loadSettings(), maxText: 1000, host: '127.0.0.1', port: 0, stopSeconds: 0.2 };
  const server = await startServer({ speaker, results, settings, log, metrics });
  const asked = ask(server.address, '一。');
  await until(() => speaks(speaker, '一。'), 'the request is under way');
  // The request would take a minute; it is told to end.
  await server.stop();
  const response = await asked;
  assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [503, 'shutting_down']);
  assert.deepEqual(await readdir(folder), []);
});

test('an address that cannot be had is an error that names it', async (t) => {
  const folder = await folderOf(t);
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  t.after(() => squatter.close());
  const { port } = squatter.address() as { port: number };
  const results = await openFileStore({ folder, log, keepHours: 0, keepBytes: 0 });
  t.after(() => results.close());
  const settings = { ...loadSettings(), maxText: 1000, host: '127.0.0.1', port, stopSeconds: 1 };
  const parts = { speaker: new ToneSpeaker(), results, log, metrics };
  await assert.rejects(startServer({ ...parts, settings }), { code: 'listen_failed', message: /EADDRINUSE/ });
  await assert.rejects(startServer({ ...parts, settings: { ...settings, host: '203.0.113.1' } }), {
    code: 'listen_failed',
  });
});

/** Waits until a server has begun the one request there is, beside the question how many there are. */
async function underWay(address: string): Promise<void> {
  const busy = async () => (await metricsOf(address)).get('langdu_http_connections{state="busy"}');
  await until(async () => (await busy()) === 2, 'the request is under way');
}

/** Waits until a server takes no connections any more: it has heard the signal. */
async function stopping(port: number): Promise<void> {
  const taken = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  await until(async () => !(await taken()), 'nobody is let in');
}

test('SIGTERM ends an idle server with 0', async (t) => {
  const { child, address } = await spawnServer(t);
  assert.equal((await ask(address, '好')).status, 200);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('SIGINT finishes what is under way, and a second one does not', async (t) => {
  const { child, address } = await spawnServer(t, { pace: 300 });
  const asked = ask(address, '一。二。三。');
  await underWay(address);
  child.kill('SIGINT');
  assert.equal((await asked).status, 200);
  assert.deepEqual(await once(child, 'exit'), [0, null]);

  const second = await spawnServer(t, { pace: 60_000 });
  const lost = assert.rejects(ask(second.address, '一。'));
  await underWay(second.address);
  second.child.kill('SIGINT');
  await stopping(second.port);
  second.child.kill('SIGINT');
  assert.deepEqual(await once(second.child, 'exit'), [null, 'SIGINT']);
  await lost;
});

test('readyz says no as soon as a stop is asked for, while requests are served until load balancers have seen it', async (t) => {
  const { child, address } = await spawnServer(t, { env: { LANGDU_DRAIN_SECONDS: '1.5' } });
  await until(async () => (await fetch(`${address}/readyz`)).status === 200, 'it is ready');
  child.kill('SIGTERM');
  await until(async () => (await fetch(`${address}/readyz`)).status === 503, 'it says no');
  const refusal = await fetch(`${address}/readyz`);
  assert.equal(((await refusal.json()) as { code: string }).code, 'shutting_down');
  assert.equal((await ask(address, '好')).status, 200);
  assert.equal((await fetch(`${address}/healthz`)).status, 200);
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a worker that is lost in native code does not keep the process', async (t) => {
  for (const signals of [['SIGTERM'], ['SIGTERM', 'SIGTERM'], ['SIGINT']] as const) {
    const { child, address, port } = await spawnServer(t, { script: 'serve-wedged.js' });
    assert.equal((await ask(address, '好')).status, 200);
    const exited = once(child, 'exit');
    for (const signal of signals) {
      child.kill(signal);
      await stopping(port);
    }
    // By the signal, which a supervisor takes for a stop: 143 or 130 to a shell.
    assert.deepEqual(await exited, [null, signals[0]]);
  }
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { until } from '../until.ts';
import { serve } from './serving.ts';
import { metricsOf, spawnServer } from './spawn-server.ts';
import { ToneSpeaker } from './tone-speaker.ts';

/** How many connections this process may hold; Node has raised its limit as far as it may. */
function openFiles(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? 1024);
}

const COUNT = Math.min(10_000, openFiles() - 500);

/** Opens connections that say nothing. */
async function openIdle(t: TestContext, port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  // A few at a time: what waits to be accepted is bounded, too.
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(100, count - sockets.length) }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      return socket;
    });
    sockets.push(...batch);
    await Promise.all(batch.map((socket) => once(socket, 'connect')));
  }
  return sockets;
}

function ask(address: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${address}/api/tts`, { method: 'POST', headers, body: '{"text": "好"}' });
}

test(`${COUNT} idle connections keep nobody out, cost little, and end in their time`, async (t) => {
  const env = { LANGDU_MAX_CONNECTIONS: '20000', LANGDU_REQUEST_SECONDS: '20' };
  const { address, port } = await spawnServer(t, { env });
  const before = await metricsOf(address);
  const sockets = await openIdle(t, port, COUNT);
  let during = before;
  // The system has accepted them; the server takes them in as it comes to them.
  await until(async () => {
    during = await metricsOf(address);
    return during.get('langdu_http_connections{state="idle"}')! >= COUNT;
  }, 'all are counted');
  for (let i = 0; i < 20; i += 1) assert.equal((await ask(address)).status, 200);
  const rss = (metrics: typeof before) => metrics.get('langdu_memory_bytes{kind="rss"}')!;
  const grown = rss(during) - rss(before);
  assert.ok(grown / COUNT < 30_000, `${grown / COUNT} bytes a connection`);
  const closed = () => sockets.filter((socket) => socket.destroyed || socket.readableEnded).length;
  for (const socket of sockets) socket.resume();
  for (let i = 0; i < 3 && closed() < COUNT; i += 1) {
    await until(() => closed() === COUNT, 'all are closed').catch((error: unknown) => {
      if (i === 2) throw error;
    });
  }
  assert.ok((await metricsOf(address)).get('langdu_http_connections{state="idle"}')! < 10);
});

test('at the limit the connection that is idle longest gives way, and whoever asks is served', async (t) => {
  const { address, port } = await spawnServer(t, { pace: 1000, env: { LANGDU_MAX_CONNECTIONS: '500' } });
  const speaking = ask(address);
  await until(async () => (await metricsOf(address)).get('langdu_http_connections{state="busy"}') === 2, 'one speaks');
  const sockets = await openIdle(t, port, 2000);
  for (const socket of sockets) socket.resume();
  await until(() => sockets.filter((socket) => socket.destroyed).length >= 1500, 'the oldest gave way');
  assert.equal(sockets.at(-1)!.destroyed, false, 'the newest is there');
  assert.equal((await ask(address)).status, 200);
  assert.equal((await speaking).status, 200, 'whoever had a request kept its connection');
  const metrics = await metricsOf(address);
  assert.ok(metrics.get('langdu_http_connections{state="idle"}')! <= 500);
  assert.ok(metrics.get('langdu_http_connections_closed_total{reason="idle"}')! >= 1500);
});

test('where every connection is in a request, a new one is closed', async (t) => {
  const speaker = new ToneSpeaker({ pace: 60_000 });
  const { port } = await serve(t, { speaker, settings: { maxConnections: 3 } });
  const body = '{"text": "好"}';
  const request = `POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const busy = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'));
  t.after(() => {
    for (const socket of busy) socket.destroy();
  });
  for (const socket of busy) socket.write(request);
  await until(() => speaker.active === 3, 'all are in their requests');
  const late = connect(port, '127.0.0.1');
  late.on('error', () => undefined);
  late.resume();
  await new Promise<void>((resolve) => late.once('close', () => resolve()));
  for (const socket of busy) assert.equal(socket.destroyed, false);
});

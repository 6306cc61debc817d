import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { startReal } from '../e2e/real-server.ts';
import { spawnServer } from '../server/spawn-server.ts';
import { until } from '../until.ts';
import { startNginx } from './nginx.ts';

/** A sentence takes this long in a server of tones. */
const PACE = 400;
const three = '一。二。三。';

describe('nginx in front', () => {
  it('passes on audio and events as they are made', async (t) => {
    const server = await spawnServer(t, { pace: PACE });
    const { url } = await startNginx(t, [server.port, server.port]);
    for (const accept of ['*/*', 'text/event-stream']) {
      let parts = 0;
      const spoken = speak(url, { text: three, format: 'pcm' }, { accept }, () => {
        parts += 1;
      });
      await until(() => parts > 0, 'the first part is here');
      // Had anything on the way waited for the whole, the server would be done by now.
      assert.equal(await underWay(server.address), 1, `${accept}: the speech is still being made`);
      assert.equal((await spoken).status, 200);
      assert.ok(parts >= 3, `${accept}: ${parts} parts of three sentences`);
    }
  });

  it('passes on a GET that streams, its hang-up, ids and addresses', async (t) => {
    const server = await spawnServer(t, { pace: PACE, env: { LANGDU_TRUST_PROXY: '127.0.0.1', LANGDU_LOG: 'info' } });
    const { url, log } = await startNginx(t, [server.port, server.port]);
    const answer = await fetch(`${url}/api/tts/stream?text=${encodeURIComponent(three)}`, {
      headers: { 'x-request-id': 'mine-1' },
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('x-request-id'), 'mine-1');
    await answer.body!.cancel();
    await until(async () => (await underWay(server.address)) === 0, 'the hang-up reaches the server');
    await until(() => log().includes('"requestId":"mine-1"'), 'the line in the access log');
    assert.ok(!log().includes(encodeURIComponent('一')), 'no text in the logs');
    const made = await fetch(`${url}/healthz`, { headers: { 'x-request-id': 'no good id' } });
    assert.match(made.headers.get('x-request-id')!, /^[0-9a-f]{32}$/);
  });

  it('refuses in the shape of the API what is too large or too much', async (t) => {
    const server = await spawnServer(t);
    const changes = [['burst=40', 'burst=5']] as const;
    const { url } = await startNginx(t, [server.port, server.port], changes);
    const large = `{"text": "${'a'.repeat(2_000_000)}"}`;
    for (const path of ['/api/tts', '/v1/audio/speech']) {
      const answer = await post(`${url}${path}`, large);
      assert.equal(answer.status, 413);
      assert.match(answer.headers.get('content-type')!, /^application\/json/);
      assert.ok(answer.headers.get('x-request-id'));
      assert.equal(codeOf(path, await answer.json()), 'body_too_large');
    }
    // Larger than Langdu's limit and not than nginx's: Langdu says it, exactly.
    const langdus = await post(`${url}/api/tts`, `{"text": "${'a'.repeat(500_000)}"}`);
    assert.equal(langdus.status, 413);
    assert.match(JSON.stringify(await langdus.json()), /\d+ 字节/);

    const answers = await Promise.all(Array.from({ length: 30 }, () => fetch(`${url}/v1/models`)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 10, `${refused.length} of 30 at once`);
    assert.equal(refused[0]!.headers.get('retry-after'), '1');
    assert.equal(codeOf('/v1/models', await refused[0]!.json()), 'rate_limit_exceeded');
  });

  it('says in the shape of the API that nobody is there', async (t) => {
    const server = await spawnServer(t);
    const { url } = await startNginx(t, [server.port, server.port], [['rate=20r/s', 'rate=1000r/s']]);
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
    for (const path of ['/api/voices', '/v1/models']) {
      const gone = await fetch(url + path);
      assert.equal(gone.status, 502);
      assert.equal(codeOf(path, await gone.json()), 'not_ready');
      assert.equal(gone.headers.get('retry-after'), '1');
    }
  });

  it('does not show metrics', async (t) => {
    const server = await spawnServer(t);
    const { url } = await startNginx(t, [server.port, server.port]);
    assert.equal((await fetch(`${url}/metrics`)).status, 404);
  });

  it('passes on the progress of a job: events, WebSocket, and audio that grows', async (t) => {
    const jobs = mkdtempSync(join(tmpdir(), 'langdu-jobs-'));
    t.after(() => rmSync(jobs, { recursive: true }));
    const server = await startReal(t, { LANGDU_JOBS: jobs });
    const port = Number(new URL(server.url).port);
    const { url } = await startNginx(t, [port, port]);
    const text = '今天天气真好，我们一起去公园散步吧。'.repeat(10);
    const { task_id: id } = (await (await post(`${url}/api/jobs`, JSON.stringify({ text }))).json()) as {
      task_id: string;
    };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/jobs/${id}/ws`);
    const states: string[] = [];
    socket.on('message', (data) => states.push(JSON.parse(String(data)).state));
    const closed = once(socket, 'close');
    const growing = fetch(`${url}/api/jobs/${id}/audio`).then((answer) => answer.arrayBuffer());
    const events = await (await fetch(`${url}/api/jobs/${id}/events`)).text();
    assert.match(events, /^event: progress$/m);
    assert.match(events, /^event: done$/m);
    assert.equal((await closed)[0], 1000);
    assert.equal(states.at(-1), 'done');
    const whole = await (await fetch(`${url}/api/jobs/${id}/audio`)).arrayBuffer();
    assert.equal((await growing).byteLength, whole.byteLength);
  });
});

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

/** Speeches under way in a server, asked directly. */
async function underWay(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(/^langdu_http_connections\{state="busy"\} (\d+)$/m.exec(text)?.[1]) - 1; // this one
}

function speak(
  url: string,
  body: object,
  headers: Record<string, string>,
  onPart: () => void,
): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}/api/tts/stream`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        answer.on('data', onPart);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0 }));
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

function codeOf(path: string, body: unknown): unknown {
  const { error, code } = body as { error: { code?: unknown }; code?: unknown };
  return path.startsWith('/v1') ? error.code : code;
}

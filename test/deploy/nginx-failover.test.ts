import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { startReal } from '../e2e/real-server.ts';
import { serve } from '../server/serving.ts';
import { until } from '../until.ts';
import { startNginx } from './nginx.ts';

describe('nginx in front of two servers', () => {
  it('fails no request that may be repeated when one is killed under load', async (t) => {
    const shared = mkdtempSync(join(tmpdir(), 'langdu-shared-'));
    t.after(() => rmSync(shared, { recursive: true, force: true }));
    const env = {
      LANGDU_WORKERS: '1',
      LANGDU_OUTPUT: join(shared, 'output'),
      LANGDU_JOBS: join(shared, 'jobs'),
      LANGDU_CACHE_DISK_BYTES: '0',
      LANGDU_LONGEST_WAIT: '60', // a loaded machine must not make one server refuse what two promised
    };
    const first = await startReal(t, env);
    const second = await startReal(t, env);
    const changes = [
      ['rate=20r/s', 'rate=10000r/s'],
      ['burst=40', 'burst=1000'],
    ] as const;
    const { url, log } = await startNginx(
      t,
      [first, second].map((server) => Number(new URL(server.url).port)),
      changes,
    );

    let stop = false;
    let answers = 0;
    const failures: string[] = [];
    const caller = async (number: number): Promise<void> => {
      for (let index = 0; !stop; index += 1) {
        const text = `第${number}位的第${index}句话。`;
        try {
          const spoken = await fetch(`${url}/api/tts`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ text }),
          });
          if (spoken.status !== 200) throw new Error(`POST: ${spoken.status} ${await spoken.text()}`);
          const { audio_url: address, duration } = (await spoken.json()) as { audio_url: string; duration: number };
          const audio = await fetch(url + address);
          if (audio.status !== 200) throw new Error(`GET: ${audio.status} ${await audio.text()}`);
          const bytes = (await audio.arrayBuffer()).byteLength;
          if (Math.abs(bytes - 44 - duration * 32_000) > 64) throw new Error(`${bytes} bytes for ${duration} s`);
          answers += 1;
        } catch (error) {
          failures.push(String(error));
        }
      }
    };
    const load = Array.from({ length: 6 }, (_, number) => caller(number));
    await until(() => answers >= 12, 'the load is under way', 30_000);
    const served = (server: { log: readonly string[] }) =>
      server.log.filter((line) => line.includes('"route":"/api/tts"')).length;
    assert.ok(served(first) > 0 && served(second) > 0, 'both have a share');
    first.process.kill('SIGKILL');
    const then = answers;
    await until(() => answers >= then + 12, 'the other serves all', 30_000);
    stop = true;
    await Promise.all(load);
    assert.deepEqual(failures, []);
    assert.match(log(), /"upstream":"127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+"/, 'some were sent twice');
  });

  it('asks the other where a machine is gone, which answers no connection', async (t) => {
    const here = await serve(t);
    const changes = [['proxy_connect_timeout 2s', 'proxy_connect_timeout 300ms']] as const;
    const { url, log } = await startNginx(t, [await silentPort(t), Number(new URL(here.url).port)], changes);
    for (const path of ['/api/tts', '/api/tts', '/api/voices']) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text": "你好。"}' };
      const answer = await fetch(url + path, path === '/api/tts' ? init : {});
      assert.equal(answer.status, 200, await answer.text());
    }
    assert.match(log(), /"upstream":"127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+","upstreamStatus":"504, 200"/);
  });
});

/** A port whose connections are not taken: the queue of one who never accepts is full, and more are dropped without a word. */
async function silentPort(t: TestContext): Promise<number> {
  const script = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    require('fs').writeSync(1, String(this.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  const port = Number(said);
  const waiting = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  t.after(() => {
    for (const socket of waiting) socket.destroy();
    child.kill('SIGKILL');
  });
  await once(waiting[1]!, 'connect');
  return port;
}

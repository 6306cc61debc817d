import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { metricsOf } from '../server/spawn-server.ts';
import { until } from '../until.ts';
import { alive, ask, type Started, startProcesses } from './started.ts';

const long = '今天天气真好，我们一起去公园散步吧。'.repeat(6);

/** One start for all, in this order: starting takes longer than everything else. */
describe('langdu serve --processes', () => {
  let started: Started;
  before(async () => {
    started = await startProcesses(2);
  });
  after(() => started.end());

  it('shares the port, and sums the metrics', async () => {
    const { url, log } = started;
    for (let index = 0; index < 20; index += 1) assert.equal((await ask(`${url}/healthz`)).status, 200);
    const numbers = new Set(log.filter((line) => line.route === '/healthz').map((line) => line.process));
    assert.deepEqual([...numbers].sort(), [1, 2], 'both processes answer');
    const metrics = await metricsOf(url);
    assert.equal(metrics.get('langdu_http_requests_total{route="/healthz",method="GET",status="200"}'), 20);
    assert.equal(metrics.get('langdu_processes{state="ready"}'), 2);
    assert.equal(metrics.get('langdu_processes{state="wanted"}'), 2);
    assert.equal(metrics.get('langdu_workers'), 2, 'one of the two workers each');
    assert.equal(metrics.get('langdu_ready'), 1);
    for (let index = 0; index < 2; index += 1) {
      const status = (await (await ask(`${url}/api/status`)).json()) as { workers: number };
      assert.equal(status.workers, 2, 'whichever process is asked');
    }
  });

  it('gives each process its share of connections that come at once and stay', async () => {
    const { url, log } = started;
    // A process that has no core for a moment takes none of those that come in it: not one moment decides.
    const agents = Array.from({ length: 3 }, () => new Agent({ keepAlive: true }));
    for (const agent of agents) {
      await Promise.all(Array.from({ length: 16 }, () => ask(`${url}/api/voices`, undefined, agent)));
    }
    const asked = () => log.filter((line) => line.route === '/api/voices');
    const shareOf = (number: number) => asked().filter((line) => line.process === number);
    await until(() => asked().length >= 48, 'each has its line in the log');
    for (const agent of agents) agent.destroy();
    const shares = [1, 2].map(shareOf);
    assert.ok(Math.min(...shares.map(({ length }) => length)) >= 12, `${shares.map(({ length }) => length)}`);
  });

  it('goes on when one is killed under load, replaces it, and forgets no count', async () => {
    const { url } = started;
    const expected = await speak(url);
    const counted = 'langdu_characters_total{lane="interactive",voice="tan"}';
    const earlier = (await metricsOf(url)).get(counted)!;
    const callers = 4;
    let failures = 0;
    let answers = 0;
    let stop = false;
    const load = Array.from({ length: callers }, async () => {
      while (!stop) {
        try {
          const heard = await speak(url);
          assert.ok(heard.equals(expected), `${heard.length} bytes, not the ${expected.length} that one process gave`);
          answers += 1;
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          failures += 1;
        }
      }
    });
    await until(() => answers > 10, 'the load is under way', 30_000);
    const killed = started.pidOf(1);
    const wait = await replaced(started, 1, 'SIGKILL');
    assert.equal(wait, 250);
    const later = answers;
    await until(() => answers > later + 10, 'both serve again', 30_000);
    stop = true;
    await Promise.all(load);
    assert.ok(failures <= callers, `${failures} requests failed; no more were on the process that was killed`);
    const metrics = await metricsOf(url);
    assert.ok(metrics.get(counted)! >= earlier);
    assert.equal(metrics.get('langdu_process_lost_total'), 1);
    assert.equal(alive(killed), false);
  });

  it('waits longer before each replacement that dies soon', async () => {
    assert.equal(await replaced(started, 2, 'SIGKILL'), 250, 'the other process has its own count');
    const again = replaced(started, 2, 'SIGKILL');
    assert.ok((await speak(started.url)).length > 0, 'the one that replaced the first serves alone');
    assert.equal(await again, 500);
  });

  it('replaces one that is asked to stop, at once and without calling it lost', async () => {
    const lost = 'langdu_process_lost_total';
    const earlier = (await metricsOf(started.url)).get(lost);
    assert.equal(await replaced(started, 1, 'SIGTERM'), 0);
    assert.equal((await metricsOf(started.url)).get(lost), earlier);
  });

  it('finishes what streams when all are asked to stop, and ends with 0', async () => {
    const { url, primary } = started;
    const pids = [started.pidOf(1), started.pidOf(2)];
    const whole = (await (await ask(`${url}/api/tts/stream`, { text: long })).arrayBuffer()).byteLength;
    const streams = await Promise.all(
      [0, 1, 2, 3].map((seed) => ask(`${url}/api/tts/stream`, { text: long, pitch: 1 + seed / 10 })),
    );
    primary.kill('SIGTERM');
    for (const stream of streams) assert.equal((await stream.arrayBuffer()).byteLength, whole);
    const [code] = await once(primary, 'exit');
    assert.equal(code, 0);
    assert.deepEqual(pids.map(alive), [false, false]);
  });
});

/** Ends a process in this way; what was waited before its replacement was started, which is ready now. */
async function replaced({ pidOf, log }: Started, number: number, signal: NodeJS.Signals): Promise<number> {
  const pid = pidOf(number);
  const seen = log.length;
  process.kill(pid, signal);
  await until(() => pidOf(number) !== pid, 'the replacement is ready', 30_000);
  const line = log.slice(seen).find((each) => each.msg === 'a server process ended, replaced');
  assert.equal(line?.process, number);
  return Number(line?.waitMs);
}

async function speak(url: string): Promise<Buffer> {
  const response = await ask(`${url}/api/tts/stream`, { text: '你好。' });
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

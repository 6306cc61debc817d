import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../../src/config/paths.ts';
import { LABEL_VALUES } from '../../src/metrics/instrument.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import { promtool } from './promtool.ts';
import { metricsReference } from './reference.ts';

function metricsOf(t: TestContext): Metrics {
  const metrics = createMetrics();
  t.after(() => metrics.close());
  return metrics;
}

test('what is recorded is read, and Prometheus accepts it', async (t) => {
  const metrics = metricsOf(t);
  metrics.firstAudio.observe({ lane: 'interactive', voice: 'tan' }, 0.09);
  metrics.batch.observe(3);
  metrics.workerLost.inc();
  metrics.refused.inc({ code: 'overloaded' });
  metrics.refused.inc({ code: 'overloaded' });
  metrics.audioBytes.inc({ format: 'mp3' }, 500);
  metrics.queued.set({ lane: 'batch' }, 7);
  metrics.requests.inc({ route: '/audio/:name', method: 'GET', status: '206' });
  metrics.keyCharacters.inc({ key: '小明 "x"\n' }, 3);
  let looked = 0;
  metrics.onRead(() => metrics.running.set(++looked));
  const text = await metrics.text();
  for (const line of [
    'langdu_first_audio_seconds_bucket{le="0.08",lane="interactive",voice="tan"} 0',
    'langdu_first_audio_seconds_bucket{le="0.1",lane="interactive",voice="tan"} 1',
    'langdu_batch_size_sum 3',
    'langdu_worker_lost_total 1',
    'langdu_refused_total{code="overloaded"} 2',
    'langdu_audio_bytes_total{format="mp3"} 500',
    'langdu_queued{lane="batch"} 7',
    'langdu_running 1',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
  }
  const checked = promtool(['check', 'metrics'], text);
  assert.ok(checked.ok, checked.says);
  assert.equal(promtool(['check', 'metrics'], 'langdu_x{ 1\n').ok, false);
});

test('two servers of one process count apart', async (t) => {
  const [one, other] = [metricsOf(t), metricsOf(t)];
  one.workerLost.inc();
  assert.match(await one.text(), /^langdu_worker_lost_total 1$/m);
  assert.match(await other.text(), /^langdu_worker_lost_total 0$/m);
});

test('a label never has values without end', async (t) => {
  const metrics = metricsOf(t);
  for (let i = 0; i < LABEL_VALUES + 50; i += 1) metrics.refused.inc({ code: `code${i}` });
  const text = await metrics.text();
  assert.equal(text.match(/^langdu_refused_total\{/gm)?.length, LABEL_VALUES + 1);
  assert.match(text, /^langdu_refused_total\{code="other"\} 50$/m);
});

test('a blocked event loop shows, and memory and processor time are there', async (t) => {
  const metrics = metricsOf(t);
  await delay(100);
  for (const end = Date.now() + 200; Date.now() < end; );
  await delay(100);
  const text = await metrics.text();
  const late = Number(/^langdu_event_loop_delay_seconds\{percentile="100"\} (\S+)$/m.exec(text)?.[1]);
  assert.ok(late > 0.1, `${late} s`);
  for (const name of ['langdu_memory_bytes{kind="rss"}', 'process_cpu_seconds_total', 'process_start_time_seconds']) {
    const value = text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1];
    assert.ok(Number(value) > 0, name);
  }
});

test('docs/operating.md has every metric as it is', () => {
  const document = readFileSync(join(packageRoot, 'docs', 'operating.md'), 'utf8');
  const [, table = ''] = /<!-- metrics -->\n(.*?)<!-- end -->/s.exec(document) ?? [];
  assert.equal(table.trim(), metricsReference());
});

test('the alerts are what Prometheus takes, fire when they should, and ask for metrics that there are', async (t) => {
  const folder = join(packageRoot, 'deploy', 'prometheus');
  for (const args of [
    ['check', 'rules', join(folder, 'langdu.rules.yml')],
    ['test', 'rules', join(folder, 'langdu.rules.test.yml')],
  ]) {
    const checked = promtool(args);
    assert.ok(checked.ok, checked.says);
  }
  const rules = readFileSync(join(folder, 'langdu.rules.yml'), 'utf8');
  const names = metricsOf(t)
    .list()
    .map(({ name }) => name);
  const asked = [...rules.matchAll(/\b(?:langdu|process)_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
  assert.ok(asked.length > 10);
  assert.deepEqual(
    asked.filter((name) => !names.includes(name)),
    [],
  );
  const document = readFileSync(join(packageRoot, 'docs', 'operating.md'), 'utf8');
  const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  assert.deepEqual(
    [...document.matchAll(/^\| `(Langdu\w+)` \|/gm)].map(([, name]) => name).sort(),
    alerts.sort(),
    'docs/operating.md says what to do at each',
  );
});

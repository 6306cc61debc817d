import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { LABEL_VALUES } from '../../src/metrics/instrument.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import { serve } from '../server/serving.ts';
import { until } from '../until.ts';
import { promtool } from './promtool.ts';
import { metricsReference } from './reference.ts';

function metricsOf(t: TestContext): Metrics {
  const metrics = createMetrics();
  t.after(() => metrics.close());
  return metrics;
}

test('what requests did is read, and Prometheus accepts it', async (t) => {
  const { url, post } = await serve(t);
  await (await post({ text: '你好。', format: 'pcm' })).text();
  for (let i = 0; i < 2; i += 1) assert.equal((await post({ text: '' })).status, 400);
  assert.equal((await fetch(`${url}/nowhere/at/all`)).status, 404);
  let text = '';
  await until(async () => {
    text = await (await fetch(`${url}/metrics`)).text();
    return text.includes('code="not_found"') && text.includes('code="text_empty"} 2');
  }, 'all have ended');
  for (const line of [
    'langdu_http_requests_total{route="/api/tts",method="POST",status="200"} 1',
    'langdu_http_requests_total{route="/api/tts",method="POST",status="400"} 2',
    'langdu_http_requests_total{route="none",method="GET",status="404"} 1',
    'langdu_refused_total{code="text_empty"} 2',
    'langdu_characters_total{lane="interactive",voice="tan"} 3',
    `langdu_audio_bytes_total{format="pcm"} ${3 * 1600 * 2}`,
    'langdu_http_connections{state="busy"} 1',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
  }
  const checked = promtool(['check', 'metrics'], text);
  assert.ok(checked.ok, checked.says);
  assert.equal(promtool(['check', 'metrics'], 'langdu_x{ 1\n').ok, false);
});

test('a label may be any text', async (t) => {
  const metrics = metricsOf(t);
  metrics.keyCharacters.inc({ key: '小明 "x"\n' }, 3);
  const text = await metrics.text();
  assert.match(text, /^langdu_key_characters_total\{key="小明 \\"x\\"\\n"\} 3$/m);
  assert.ok(promtool(['check', 'metrics'], text).ok);
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

test('how late the event loop is, memory and processor time are there', async (t) => {
  const metrics = metricsOf(t);
  // One turn at least that was watched.
  const late = async () => (await metrics.samples('langdu_event_loop_delay_seconds')).map(({ value }) => value);
  await until(async () => (await late()).length > 0 && (await late()).every((value) => value > 0), 'it is watched');
  const text = await metrics.text();
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

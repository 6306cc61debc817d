import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, type Sample } from '../../src/metrics.ts';
import { quantileOf, Recent } from '../../src/server/recent.ts';
import { serve } from './serving.ts';
import { metricsOf } from './spawn-server.ts';
import { ToneSpeaker } from './tone-speaker.ts';

const bucket = (le: string, value: number, voice = 'tan'): Sample => ({
  name: 'h_bucket',
  labels: { le, voice },
  value,
});

test('a quantile is linear inside of its bucket, over all series', () => {
  const samples = [
    bucket('1', 2),
    bucket('2', 4),
    bucket('+Inf', 4),
    bucket('1', 0, 'b'),
    bucket('2', 4, 'b'),
    bucket('+Inf', 6, 'b'),
  ];
  // 10 observations: 2 up to 1, 6 between 1 and 2, 2 beyond.
  assert.equal(quantileOf(samples, 'h', 0.1), 0.5);
  assert.equal(quantileOf(samples, 'h', 0.5), 1.5);
  assert.equal(quantileOf(samples, 'h', 0.95), 2);
  assert.equal(quantileOf([], 'h', 0.5), undefined);
  assert.equal(quantileOf([bucket('1', 0), bucket('+Inf', 0)], 'h', 0.5), undefined);
});

test('what was measured lately is told, of all voices together', async (t) => {
  const metrics = createMetrics();
  const recent = new Recent(metrics);
  t.after(() => {
    recent.close();
    metrics.close();
  });
  for (const seconds of [0.03, 0.04]) metrics.firstAudio.observe({ lane: 'interactive', voice: 'tan' }, seconds);
  metrics.firstAudio.observe({ lane: 'batch', voice: 'flute' }, 0.2);
  metrics.cache.inc({ outcome: 'hit' });
  const { samples } = await recent.gains();
  // Two of three are in the bucket from 0.025 to 0.05, so the middle is three quarters through it.
  assert.equal(quantileOf(samples, 'langdu_first_audio_seconds', 0.5)?.toFixed(6), '0.043750');
  assert.equal(samples.find(({ labels }) => labels.outcome === 'hit')?.value, 1);
});

test('the status says what is allowed, and nothing of what nobody asked for yet', async (t) => {
  const { url } = await serve(t, { maxText: 77 });
  const status = (await (await fetch(`${url}/api/status`)).json()) as Record<string, unknown>;
  assert.deepEqual(status.limits, { text: 77, job_text: null });
  assert.deepEqual(status.first_audio, { p50: null, p95: null });
  assert.equal(status.cache_hit_rate, null);
});

test('answers that were given before are speeches too', async (t) => {
  const speaker = new ToneSpeaker({ plan: { cache: 'hit', startsInMs: 0 } });
  const { url } = await serve(t, { speaker: Object.assign(speaker, { fingerprint: () => 'the same' }) });
  const query = new URLSearchParams({ text: '好。', format: 'pcm' });
  for (let i = 0; i < 4; i += 1) assert.equal((await fetch(`${url}/api/tts/stream?${query}`)).status, 200);
  assert.equal(speaker.requests.length, 1, 'made once; this speaker measures nothing');
  const metrics = await metricsOf(url);
  for (const name of ['langdu_first_audio_seconds_count', 'langdu_total_seconds_count']) {
    assert.equal(metrics.get(`${name}{lane="interactive",voice="tan"}`), 3, name);
  }
  const status = (await (await fetch(`${url}/api/status`)).json()) as { speeches: number; cache_hit_rate: number };
  assert.deepEqual([status.speeches, status.cache_hit_rate], [3, 1]);
});

test('asking for the status uses nothing of the minute', async (t) => {
  const { url, post } = await serve(t, { settings: { requestsPerMinute: 1 } });
  for (let i = 0; i < 5; i += 1) assert.equal((await fetch(`${url}/api/status`)).status, 200);
  assert.equal((await post({ text: '好。' })).status, 200);
  assert.equal((await post({ text: '好。' })).status, 429);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Readiness } from '../../src/server/readiness.ts';
import { until } from '../until.ts';
import { ToneSpeaker } from './tone-speaker.ts';

const log = createLog('silent');

function readinessOf(speaker: ToneSpeaker) {
  const metrics = createMetrics();
  metrics.close();
  return { readiness: new Readiness(speaker, '', log, metrics), metrics };
}

test('is ready once a probe has spoken, and again after a doubt, each probe with another text', async () => {
  const speaker = new ToneSpeaker();
  const { readiness, metrics } = readinessOf(speaker);
  assert.deepEqual([readiness.refusal()?.code, readiness.refusal()?.params.reason], ['not_ready', 'starting']);
  await readiness.doubt('starting');
  assert.equal(readiness.refusal(), undefined);
  assert.match(await metrics.text(), /^langdu_ready 1$/m);
  const doubted = readiness.doubt('worker_lost');
  assert.equal(readiness.refusal()?.params.reason, 'worker_lost');
  assert.match(await metrics.text(), /^langdu_ready 0$/m);
  await doubted;
  assert.equal(readiness.refusal(), undefined);
  const texts = speaker.requests.map(({ text }) => text);
  assert.deepEqual([texts.length, new Set(texts).size], [2, 2]);
});

test('goes on probing until it speaks, and says why it does not', async () => {
  const failing = { sentence: 0, error: new LangduError('worker_lost') };
  const options = { failAt: failing as typeof failing | undefined };
  const { readiness } = readinessOf(new ToneSpeaker(options as object));
  const ready = readiness.doubt('starting');
  await until(() => readiness.refusal()?.params.reason === 'worker_lost', 'it says why');
  options.failAt = undefined;
  await ready;
  assert.equal(readiness.refusal(), undefined);
});

test('a probe that is refused for want of a place does not make a busy server unready, and is made again', async () => {
  const overloaded = { sentence: 0, error: new LangduError('overloaded', { retryAfter: 1 }) };
  const options = { failAt: overloaded as typeof overloaded | undefined };
  const speaker = new ToneSpeaker(options as object);
  const { readiness } = readinessOf(speaker);
  const probing = readiness.doubt('worker_lost');
  assert.equal(readiness.refusal()?.code, 'not_ready');
  await until(() => readiness.refusal() === undefined, 'it is ready');
  options.failAt = undefined;
  await probing;
  assert.equal(speaker.requests.length, 2);
});

test('a voice that cannot read the probe has answered all the same', async () => {
  const error = new LangduError('text_unspeakable', { characters: '一' });
  const { readiness } = readinessOf(new ToneSpeaker({ failAt: { sentence: 0, error } }));
  await readiness.doubt('starting');
  assert.equal(readiness.refusal(), undefined);
});

test('a stop ends the probing and is final', async () => {
  const { readiness } = readinessOf(new ToneSpeaker({ pace: 60_000 }));
  const probing = readiness.doubt('starting');
  readiness.drain();
  await probing;
  assert.equal(readiness.refusal()?.code, 'shutting_down');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnalyser } from '../../src/text/analyse.ts';
import { VoiceCatalogue } from '../../src/voice/catalogue.ts';
import { resolveSettings } from '../../src/voice/settings.ts';
import { prepareUtterance, type Utterance } from '../../src/voice/utterance.ts';
import { type PoolOptions, WorkerPool } from '../../src/workers/pool.ts';
import { importGolden } from '../golden-data.ts';
import { DEADLY_RATE } from './crashing-worker.ts';

const voices = importGolden(['tiny-nsf']);
const manifest = new VoiceCatalogue(voices).find('tiny-nsf');

function sentence(text: string, rate: number): Utterance {
  const [first] = createAnalyser('PinYin').sentences(text);
  return prepareUtterance(manifest, first!.sentence.symbols, resolveSettings(manifest, { text, rate }));
}

async function hear(pool: WorkerPool, utterance: Utterance): Promise<Float32Array[]> {
  const wanted = { utterance, lane: 'interactive', inMs: 0, onDone: () => undefined } as const;
  const heard: Float32Array[] = [];
  for await (const { samples } of pool.utter(wanted, new AbortController().signal)) heard.push(samples);
  return heard;
}

async function open(options: Partial<PoolOptions> = {}): Promise<WorkerPool> {
  return WorkerPool.open({ voices, workers: 1, ...options });
}

test('a sentence at whose turn worker after worker is lost is ended, and nothing else is', {
  timeout: 60_000,
}, async (t) => {
  let lost = 0;
  const thread = new URL('./crashing-worker.js', import.meta.url);
  const pool = await open({ thread, onWorkerLost: () => (lost += 1) });
  t.after(() => pool.close());
  const others = ['今天天气不错。', '好消息，我们去公园散步吧。', '明天见。'].map((text) => sentence(text, 1));
  const deadly = hear(pool, sentence('我们去公园散步吧。', DEADLY_RATE));
  const heard = Promise.all(others.map((utterance) => hear(pool, utterance)));
  await assert.rejects(deadly, { code: 'worker_lost' });
  assert.equal(lost, 3);
  const unharmed = await open();
  t.after(() => unharmed.close());
  assert.deepEqual(await heard, await Promise.all(others.map((utterance) => hear(unharmed, utterance))));
});

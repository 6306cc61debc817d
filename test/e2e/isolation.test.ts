import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { type FormatName, formatNames, formats } from '../../src/audio/formats.ts';
import { writeSpeech } from '../../src/audio/write-speech.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { readSpokenFields } from '../../src/server/speech-order.ts';
import { Random } from '../../src/vocoder/random.ts';
import { importGolden, shippedVoices } from '../golden-data.ts';
import { saidOnce } from '../said-once.ts';
import { serve } from '../server/serving.ts';

/**
 * The gate: nobody ever hears another caller's audio. Hundreds of requests at once over real sockets, of every voice,
 * emotion and format, many of them alike, some hung up on; each answer is, byte for byte, what the same request gives alone:
 * on this thread, without workers, batches, caches or anybody else.
 */

const folder = importGolden(['tiny', 'tiny-nsf']);
cpSync(join(shippedVoices, 'tan'), join(folder, 'tan'), { recursive: true });
const alone = new LocalSpeaker(folder);
after(() => alone.close());

const CLIENTS = 48;
/** The small ones more often: what is tested is who hears what. */
const voices = alone.voices().flatMap((voice) => (voice.name === 'tan' ? [voice] : Array(4).fill(voice)));
const subjects = ['银行', '小王', '今天的天气', '3.5%的人', '那位老师', 'WTO', '一只猫', '2026年'];
const predicates = ['很好', '来了', '重新开始了', '长得很快', '不见了', '看了看我们', '说：“你好！”', '觉得冷'];

interface Asked {
  readonly body: Parameters<typeof readSpokenFields>[0];
  readonly hangsUp: boolean;
}

/** What is said: short texts of few words, so that sentences are shared, and every control. */
function drawSpoken(random: Random): Asked['body'] {
  const voice = pick(random, voices);
  const sentences = Array.from(
    { length: 1 + Math.floor(random.uniform() * 2) },
    () => pick(random, subjects) + pick(random, predicates),
  );
  return {
    text: `${sentences.join('。')}。`,
    voice: voice.name,
    emotion: pick(random, voice.emotions.slice(0, 3)),
    intensity: random.uniform() < 0.1 ? 1.5 : undefined,
    rate: random.uniform() < 0.2 ? pick(random, [0.8, 1.7]) : undefined,
    pitch: random.uniform() < 0.1 ? 1.2 : undefined,
    volume: pick(random, [undefined, undefined, 0.4, 1.9]),
  };
}

/** Each is asked for a few times, in one form or another: alone, it is spoken once. */
const spoken = Array.from({ length: 100 }, (_, seed) => drawSpoken(new Random(seed)));

/** A request like any other, or not. */
function draw(random: Random): Asked {
  const format = pick(random, formatNames);
  const rates = [undefined, ...formats[format].sampleRates];
  return {
    hangsUp: random.uniform() < 0.15,
    body: {
      ...pick(random, spoken),
      format,
      sample_rate: random.uniform() < 0.3 ? pick(random, rates) : undefined,
      trim_silence: random.uniform() < 0.1 ? true : undefined,
      loudness: random.uniform() < 0.1 ? -20 : undefined,
    },
  };
}

function drawn(count: number, random: Random): Asked[] {
  return Array.from({ length: count }, () => draw(random));
}

function plain(text: string): Asked {
  return { body: { text, voice: 'tiny', format: 'wav' }, hangsUp: false };
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random.uniform() * list.length)]!;
}

const reference = saidOnce(alone);

async function expected(body: Asked['body']): Promise<Buffer> {
  const { request, output } = readSpokenFields(body);
  const parts: Uint8Array[] = [];
  for await (const { bytes } of writeSpeech(reference.speak(request), output)) parts.push(bytes.slice());
  return Buffer.concat(parts);
}

interface Heard {
  readonly asked: Asked;
  readonly bytes: Buffer | undefined;
  readonly cache: string | null;
}

async function ask(url: string, asked: Asked, random: Random): Promise<Heard> {
  const gone = new AbortController();
  const response = fetch(`${url}/api/tts/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked.body),
    signal: gone.signal,
  });
  if (asked.hangsUp) {
    setTimeout(() => gone.abort(), random.uniform() * 300);
    await response.then((answer) => answer.arrayBuffer()).catch(() => undefined);
    return { asked, bytes: undefined, cache: null };
  }
  const answer = await response;
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(answer.status, 200, `${bytes} for ${JSON.stringify(asked.body)}`);
  return { asked, bytes, cache: answer.headers.get('x-langdu-cache') };
}

/** These requests, a number of clients at a time; every answer is held to the one alone. */
async function run(
  t: TestContext,
  speaker: Dispatcher,
  requests: readonly Asked[],
  random: Random,
  heard: Heard[] = [],
): Promise<Heard[]> {
  const { url } = await serve(t, { speaker, voice: 'tiny', mayFail: true });
  const left = [...requests];
  const client = async () => {
    for (let asked = left.pop(); asked !== undefined; asked = left.pop()) heard.push(await ask(url, asked, random));
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  for (const { asked, bytes } of heard) {
    if (bytes === undefined) continue;
    assert.ok(bytes.equals(await expected(asked.body)), `another sound for ${JSON.stringify(asked.body)}`);
  }
  return heard;
}

suite('nobody hears another', () => {
  test('two hundred requests at once, alike and unlike, some hung up on', async (t) => {
    const speaker = await Dispatcher.open({ voices: folder, workers: 2, cacheBytes: 20e6, longestWaitMs: 600_000 });
    t.after(() => speaker.close());
    const random = new Random(1);
    // Whether one of the others finds only its first sentence there is a matter of timing.
    const begins = '大家都在这里。';
    await run(t, speaker, [plain(begins)], random);
    const heard = await run(t, speaker, [...drawn(199, random), plain(`${begins}后来下雨了。`)], random);
    assert.equal(heard.length, 200);
    assert.ok(heard.filter(({ bytes }) => bytes === undefined).length > 14);
    const outcomes = new Set(heard.map(({ cache }) => cache));
    for (const outcome of ['hit', 'miss', 'partial'])
      assert.ok(outcomes.has(outcome), `${outcome} of ${[...outcomes]}`);
    const asked = new Set(heard.map(({ asked }) => asked.body.format satisfies FormatName | undefined));
    assert.equal(asked.size, formatNames.length);
  });

  test('with a worker killed every second', async (t) => {
    const speaker = await Dispatcher.open({ voices: folder, workers: 2, cacheBytes: 0, longestWaitMs: 600_000 });
    t.after(() => speaker.close());
    let killed = 0;
    const heard: Heard[] = [];
    const over = new AbortController();
    const killing = (async () => {
      for (let answered = 0; ; ) {
        await delay(1000, undefined, { signal: over.signal });
        const { seats } = (speaker as unknown as Inside).pool;
        const seat = seats.find(({ tasks }) => tasks.size > 0);
        // Where a worker takes longer than that to start, one after the other would be killed before anything is made.
        const goesOn = heard.length > answered && seats.every(({ ready }) => ready);
        if (seat === undefined || !goesOn) continue;
        answered = heard.length;
        const gone = once(seat.worker, 'exit');
        seat.worker.postMessage({ type: 'close' });
        await gone;
        killed += 1;
      }
    })().catch(() => undefined);
    const random = new Random(2);
    // A fast machine answers them all within a second or two.
    for (let round = 0; round === 0 || (round < 5 && killed < 2); round += 1) {
      await run(t, speaker, drawn(120, random), random, heard);
    }
    over.abort();
    await killing;
    assert.ok(killed >= 2, `${killed} workers were killed`);
  });
});

interface Inside {
  readonly pool: {
    readonly seats: readonly {
      readonly worker: Worker;
      readonly ready: boolean;
      readonly tasks: ReadonlyMap<number, unknown>;
    }[];
  };
}

import assert from 'node:assert/strict';
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dispatcher, type DispatchOptions } from '../../src/dispatch/dispatcher.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { SpeechChunk, SpeechRequest } from '../../src/speech.ts';
import { importGolden, shippedVoices, temporaryFolder } from '../golden-data.ts';
import { until } from '../until.ts';
import { end, heardOf, inMidSentence, type Thread, threadsFromNow } from '../workers/threads.ts';

/** Small voices speak fast: what is tested here is who computes, not what. */
const voices = importGolden(['tiny', 'tiny-nsf']);
const TEXT = '今天天气不错，我们去公园散步吧。';
/** Sentences that are all made: of one that is there twice only the first is. */
const MANY = Array.from({ length: 12 }, (_, index) => `第${index}天，${TEXT}`).join('');

async function open(options: Partial<DispatchOptions> = {}): Promise<Dispatcher> {
  return (await openWatched(options)).pool;
}

interface Watched {
  readonly pool: Dispatcher;
  /** Its workers that live. */
  readonly workers: () => readonly Thread[];
  /** The thread that reads text. */
  readonly reader: () => Thread;
  /** Sentences that workers are making. */
  readonly running: () => Promise<number>;
}

async function openWatched(options: Partial<DispatchOptions> = {}): Promise<Watched> {
  const threads = threadsFromNow();
  const metrics = createMetrics();
  const pool = await Dispatcher.open({ voices, workers: 2, metrics, ...options });
  after(async () => {
    await pool.close();
    metrics.close();
  });
  const isWorker = ({ id }: Thread) => pool.threads.includes(id);
  return {
    pool,
    workers: () => threads().filter(isWorker),
    reader: () => threads().find((thread) => !isWorker(thread))!,
    running: async () => (await metrics.samples('langdu_running'))[0]!.value,
  };
}

interface Heard {
  readonly samples: Buffer;
  readonly pieces: Omit<SpeechChunk, 'samples'>[];
}

async function hear(
  speech: AsyncIterable<SpeechChunk>,
  onPiece: (count: number) => void | Promise<void> = () => undefined,
): Promise<Heard> {
  const samples: Buffer[] = [];
  const pieces: Heard['pieces'] = [];
  for await (const { samples: values, ...rest } of speech) {
    samples.push(Buffer.from(values.slice().buffer));
    pieces.push(rest);
    await onPiece(pieces.length);
  }
  return { samples: Buffer.concat(samples), pieces };
}

async function alone(request: SpeechRequest, folder = voices): Promise<Heard> {
  const speaker = new LocalSpeaker(folder);
  try {
    return await hear(speaker.speak(request));
  } finally {
    await speaker.close();
  }
}

/** Ends a worker that has a sentence, as a crash would, between two of its pieces. */
async function lose({ workers }: Watched): Promise<void> {
  await end(await inMidSentence(workers()));
}

suite('many callers at once', () => {
  test('speaks the bytes that this thread would', async () => {
    const pool = await open({ voices: shippedVoices, workers: 1 });
    const request = { text: `${TEXT}\n你好！`, emotion: 'happy', rate: 2 };
    assert.deepEqual(await hear(pool.speak(request)), await alone(request, shippedVoices));
    assert.deepEqual(pool.voices(), new LocalSpeaker(shippedVoices).voices());
  });

  test('speaks twenty different requests at once, each as if it were alone', async () => {
    const { pool, running } = await openWatched();
    assert.equal(pool.threads.length, 2);
    const requests = Array.from({ length: 20 }, (_, index) => ({
      text: `第${index}个：${TEXT.repeat((index % 4) + 1)}`,
      voice: index % 3 === 0 ? 'tiny' : 'tiny-nsf',
      emotion: ['happy', 'sad', 'neutral'][index % 3],
      rate: 1 + (index % 5) / 4,
    }));
    const together = await Promise.all(requests.map((request) => hear(pool.speak(request))));
    for (const [index, request] of requests.entries()) {
      assert.deepEqual(together[index], await alone(request), `request ${index}`);
    }
    assert.equal(new Set(together.map(({ samples }) => samples.toString('base64'))).size, 20);
    assert.equal(await running(), 0);
  });

  test('passes on what is wrong with a request, and goes on', async () => {
    const pool = await open({ workers: 1 });
    await assert.rejects(hear(pool.speak({ text: ' ' })), { code: 'text_empty' });
    await assert.rejects(hear(pool.speak({ text: TEXT, voice: 'ghost' })), {
      code: 'voice_unknown',
      params: { voice: 'ghost', available: ['tiny', 'tiny-nsf'] },
    });
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
  });

  test('who hangs up or leaves frees his worker, which does no more for him', async () => {
    const { pool, workers } = await openWatched({ voices: shippedVoices, workers: 1 });
    // Three sentences of half a minute are begun: they would take the worker seconds.
    const long = { text: `${'今天天气不错'.repeat(10)}。${TEXT}`.repeat(9), rate: 0.5 };
    const controller = new AbortController();
    const heard = hear(pool.speak(long, { signal: controller.signal }), () => controller.abort());
    await assert.rejects(heard, { code: 'cancelled' });
    const leavings = () => heardOf(workers(), 'failed');
    await until(() => leavings().length > 0, 'the worker leaves a sentence where it is');
    const before = leavings().length;
    for await (const chunk of pool.speak(long)) {
      assert.ok(chunk.samples.length > 0);
      break;
    }
    await until(() => leavings().length > before, 'it leaves one again');
    assert.ok(leavings().every(({ error }) => error.code === 'cancelled'));
    assert.ok((await hear(pool.speak({ text: '好。' }))).samples.length > 0);
  });

  test('one who has hung up before he asks takes no place', async () => {
    const { pool, workers } = await openWatched({ workers: 1 });
    const speech = pool.speak({ text: TEXT }, { signal: AbortSignal.abort() });
    await assert.rejects(hear(speech), { code: 'cancelled' });
    await hear(pool.speak({ text: '好。' }));
    assert.equal(heardOf(workers(), 'done').length, 1);
  });

  test('a reader that does not read holds few sentences and no worker', async () => {
    const { pool, workers, running } = await openWatched({ workers: 1 });
    const text = Array.from({ length: 30 }, (_, index) => `第${index}句话。`).join('');
    const slow = pool.speak({ text, voice: 'tiny-nsf' });
    await slow.next();
    // Three sentences are begun, and go to their end; then nothing is done for it.
    const made = () => heardOf(workers(), 'done').length;
    await until(async () => made() === 3 && (await running()) === 0, 'they are made');
    for (let turn = 0; turn < 3; turn += 1) {
      assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
    }
    assert.equal(made(), 6);
    const next = (await slow.next()).value as SpeechChunk;
    assert.equal(next.sentence.index, 0);
    await slow.return(undefined);
  });

  test('a text is read twice and then known, the same each time', async () => {
    const { pool, reader } = await openWatched({ workers: 1 });
    const readings = () => heardOf([reader()], 'sentences').filter(({ last }) => last).length;
    const heard = [];
    for (let i = 0; i < 4; i += 1) heard.push(await hear(pool.speak({ text: TEXT })));
    assert.equal(readings(), 2);
    const expected = await alone({ text: TEXT });
    for (const each of heard) assert.deepEqual(each, expected);
    await hear(pool.speak({ text: TEXT, lexicon: '公园\tyuan2 gong1\n' }));
    assert.equal(readings(), 3, 'with other words it is another text');
  });

  test('who listens does not wait for the same sentence of batch work; else it is made once', async () => {
    const pool = await open({ workers: 1 });
    const request = { text: `${'今天天气不错'.repeat(20)}。` };
    const caches: string[] = [];
    const lanes = ['batch', 'interactive', 'batch', 'interactive'] as const;
    const heard = await Promise.all(
      lanes.map((lane, index) =>
        hear(
          pool.speak(request, {
            lane,
            onPlan: ({ cache }) => {
              caches[index] = cache;
            },
          }),
        ),
      ),
    );
    assert.deepEqual(caches, ['miss', 'miss', 'coalesced', 'coalesced']);
    const expected = await alone(request);
    for (const each of heard) assert.deepEqual(each, expected);
  });

  test('says how much of a text was there, at first as far as it is known and in the end of all of it', async () => {
    const pool = await open({ workers: 1, cacheBytes: 1e8 });
    const caches = async (text: string) => {
      const told: string[] = [];
      await hear(
        pool.speak({ text }, { onPlan: ({ cache }) => told.push(cache), onDone: (cache) => told.push(cache) }),
      );
      return told.join();
    };
    assert.equal(await caches('你好。'), 'miss,miss');
    for (let reading = 2; reading < 5; reading += 1) assert.equal(await caches('你好。'), 'hit,hit');
    const longer = '你好。明天见。后天见。大后天见。';
    assert.equal(await caches(longer), 'partial,partial');
    for (let reading = 2; reading < 5; reading += 1) assert.equal(await caches(longer), 'hit,hit');
  });

  test('says when there is a lull: as soon as a first sound was heard, or is given up', async () => {
    let lulls = 0;
    const onLull = () => {
      lulls += 1;
    };
    const pool = await open({ workers: 1, onLull });
    const another = async (why: string) => {
      const before = lulls;
      await until(() => lulls > before, why);
      await sleep(300);
    };
    const speech = pool.speak({ text: MANY });
    await speech.next();
    await another('one listens');
    await speech.return(undefined);
    await another('nobody listens');
    await assert.rejects(pool.speak({ text: '。。。' }).next());
    await another('the one that failed waits no longer');
    const before = lulls;
    await hear(pool.speak({ text: TEXT }, { lane: 'batch' }));
    await sleep(300);
    assert.equal(lulls, before, 'nobody listens to batch work');
  });

  test('a text is read the same on its thread, and explained there', async () => {
    const pool = await open({ workers: 1, lexicon: '银行\thang2 yin2\n' });
    const request = { text: `${TEXT.repeat(70)}银行。`, lexicon: '公园\tyuan2 gong1\n' };
    const speaker = new LocalSpeaker(voices);
    const outlined = [];
    for await (const each of pool.outline(request)) outlined.push(each);
    const expected = [];
    for await (const each of speaker.outline(request)) expected.push(each);
    assert.deepEqual(outlined, expected);
    assert.ok(outlined.length > 64);
    const { syllables } = await pool.explain({ text: '银行公园', lexicon: request.lexicon });
    assert.deepEqual(
      syllables.map(({ pinyin }) => pinyin),
      ['hang2', 'yin2', 'yuan2', 'gong1'],
    );
    await assert.rejects(hear(pool.speak({ text: TEXT, lexicon: '银行 x' })), { code: 'request_invalid' });
    await speaker.close();
  });
});

suite('a worker that is lost', () => {
  test('is replaced, and its request yields the very bytes it would have', async () => {
    let losses = 0;
    const watched = await openWatched({ log: createLog('silent'), onWorkerLost: () => (losses += 1) });
    const { pool } = watched;
    const before = pool.threads;
    const request = { text: MANY, voice: 'tiny-nsf', rate: 1.5 };
    const heard = await hear(pool.speak(request), (count) => (count === 5 ? lose(watched) : undefined));
    assert.deepEqual(heard, await alone(request));
    assert.equal(losses, 1);
    await until(() => heardOf(watched.workers(), 'ready').length === 2, 'there are two again');
    assert.equal(pool.threads.filter((thread) => before.includes(thread)).length, 1);
  });

  test('is replaced when it is the only one, in the middle of a sentence', async () => {
    const watched = await openWatched({ workers: 1 });
    const request = { text: MANY, voice: 'tiny-nsf' };
    const heard = await hear(watched.pool.speak(request), (count) => (count === 2 ? lose(watched) : undefined));
    assert.deepEqual(heard, await alone(request));
  });

  test('between two turns, however often, ends nothing', async () => {
    const watched = await openWatched({ workers: 1 });
    const request = { text: MANY, voice: 'tiny-nsf' };
    const heard = hear(watched.pool.speak(request));
    for (let loss = 0; loss < 5; loss += 1) {
      await until(() => watched.workers().length === 1, 'there is one again');
      await lose(watched);
    }
    assert.deepEqual(await heard, await alone(request));
  });

  test('of the thread that reads text, is replaced, and the text goes on', async () => {
    const { pool, reader } = await openWatched({ workers: 1 });
    const request = { text: TEXT.repeat(100) };
    const heard = await hear(pool.speak(request), (count) => (count === 3 ? end(reader()) : undefined));
    assert.deepEqual(heard, await alone(request));
  });

  test('takes nobody along who was waiting for a place', async () => {
    const watched = await openWatched({ workers: 1 });
    const { pool } = watched;
    const requests = Array.from({ length: 4 }, (_, index) => ({ text: `第${index}个人说，${TEXT.repeat(index + 3)}` }));
    const begun = new Set<number>();
    const reading = requests.map((request, index) => hear(pool.speak(request), () => void begun.add(index)));
    await until(() => begun.size === requests.length, 'all are begun');
    await lose(watched);
    const late = hear(pool.speak({ text: TEXT }));
    for (const [index, request] of requests.entries()) assert.deepEqual(await reading[index], await alone(request));
    assert.deepEqual(await late, await alone({ text: TEXT }));
  });

  test('and whose successor finds no voice: requests are refused, not kept waiting', async () => {
    const folder = join(temporaryFolder(), 'voices');
    cpSync(voices, folder, { recursive: true });
    const { pool, workers } = await openWatched({ voices: folder, workers: 1 });
    const [worker] = workers();
    renameSync(folder, `${folder}-away`);
    await end(worker!);
    await assert.rejects(hear(pool.speak({ text: TEXT })), { code: 'voice_unknown' });
    renameSync(`${folder}-away`, folder);
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
  });
});

suite('opening and closing', () => {
  test('opening says what keeps it from speaking', async () => {
    await assert.rejects(Dispatcher.open({ voices: join(voices, 'ghost'), workers: 2 }), { code: 'voice_unknown' });
    await assert.rejects(Dispatcher.open({ voices, defaultVoice: 'ghost', workers: 1 }), {
      code: 'voice_unknown',
      params: { voice: 'ghost', available: ['tiny', 'tiny-nsf'] },
    });
  });

  test('closing ends what is being spoken, and refuses what comes after', async () => {
    const pool = await Dispatcher.open({ voices, workers: 2 });
    let closed: Promise<void> | undefined;
    const speaking = hear(pool.speak({ text: TEXT.repeat(100) }), (count) => {
      if (count === 2) closed = pool.close();
    });
    await assert.rejects(speaking, { code: 'shutting_down' });
    await closed;
    await assert.rejects(hear(pool.speak({ text: TEXT })), { code: 'shutting_down' });
    assert.equal(pool.threads.length, 0);
  });
});

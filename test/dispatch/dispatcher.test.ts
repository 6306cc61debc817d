import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { Dispatcher, type DispatchOptions } from '../../src/dispatch/dispatcher.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import type { Log } from '../../src/log.ts';
import type { SpeechChunk, SpeechRequest } from '../../src/speech.ts';
import { importGolden, shippedVoices, temporaryFolder } from '../golden-data.ts';

/** What of its inside a test needs: who sits where. */
interface Inside {
  readonly pool: {
    readonly seats: readonly {
      readonly worker: Worker;
      readonly ready: boolean;
      readonly tasks: ReadonlyMap<number, { readonly received: number }>;
      readonly turn: Int32Array;
    }[];
  };
  readonly text: { readonly worker: Worker };
}

const seatsOf = (speaker: Dispatcher) => (speaker as unknown as Inside).pool.seats;
const tasksOf = (speaker: Dispatcher) => seatsOf(speaker).flatMap(({ tasks }) => [...tasks.values()]);

/** Small voices speak fast: what is tested here is who computes, not what. */
const voices = importGolden(['tiny', 'tiny-nsf']);
const TEXT = '今天天气不错，我们去公园散步吧。';

async function open(options: Partial<DispatchOptions> = {}): Promise<Dispatcher> {
  const speaker = await Dispatcher.open({ voices, workers: 2, ...options });
  after(() => speaker.close());
  return speaker;
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

/** Ends the thread that has a task, as a crash would, between two of its pieces. */
async function lose(speaker: Dispatcher): Promise<void> {
  const seat = seatsOf(speaker).find(({ tasks }) => tasks.size > 0)!;
  const gone = once(seat.worker, 'exit');
  seat.worker.postMessage({ type: 'close' });
  await gone;
}

suite('many callers at once', () => {
  test('speaks the bytes that this thread would', async () => {
    const pool = await open({ voices: shippedVoices, workers: 1 });
    const request = { text: `${TEXT}\n你好！`, emotion: 'happy', rate: 2 };
    assert.deepEqual(await hear(pool.speak(request)), await alone(request, shippedVoices));
    assert.deepEqual(pool.voices(), new LocalSpeaker(shippedVoices).voices());
  });

  test('speaks twenty different requests at once, each as if it were alone', async () => {
    const pool = await open();
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
    assert.ok(seatsOf(pool).every(({ tasks }) => tasks.size === 0));
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

  test('an abort ends the request at once and frees its worker', async () => {
    const pool = await open({ workers: 1 });
    const controller = new AbortController();
    const long = hear(
      pool.speak({ text: TEXT.repeat(200), voice: 'tiny-nsf' }, { signal: controller.signal }),
      (count) => {
        if (count === 3) controller.abort();
      },
    );
    await assert.rejects(long, { code: 'cancelled' });
    assert.equal(seatsOf(pool)[0]!.tasks.size, 0);
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
    await assert.rejects(hear(pool.speak({ text: TEXT }, { signal: AbortSignal.abort() })), { code: 'cancelled' });
  });

  test('a reader that leaves frees its worker', async () => {
    const pool = await open({ workers: 1 });
    for await (const chunk of pool.speak({ text: TEXT.repeat(200) })) {
      assert.ok(chunk.samples.length > 0);
      break;
    }
    assert.equal(seatsOf(pool)[0]!.tasks.size, 0);
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
  });

  test('a reader that does not read holds few sentences and no worker', async () => {
    const pool = await open({ workers: 1 });
    const slow = pool.speak({ text: TEXT.repeat(30), voice: 'tiny-nsf' });
    await slow.next();
    // Three sentences are begun, and go to their end; then nothing is done for it.
    while (tasksOf(pool).length > 0) await delay(5);
    for (let turn = 0; turn < 3; turn += 1) {
      assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
    }
    assert.equal(tasksOf(pool).length, 0);
    const made = (await slow.next()).value as SpeechChunk;
    assert.equal(made.sentence.index, 0);
    await slow.return(undefined);
  });

  test('a text is read twice and then known, the same each time', async () => {
    const pool = await open({ workers: 1 });
    const { text: thread } = pool as unknown as { readonly text: { sentences(...args: unknown[]): unknown } };
    const sentences = thread.sentences.bind(thread);
    let readings = 0;
    thread.sentences = (...args) => {
      readings += 1;
      return sentences(...args);
    };
    const heard = [];
    for (let i = 0; i < 4; i += 1) heard.push(await hear(pool.speak({ text: TEXT })));
    assert.equal(readings, 2);
    const expected = await alone({ text: TEXT });
    for (const each of heard) assert.deepEqual(each, expected);
    await hear(pool.speak({ text: TEXT, lexicon: '公园\tyuan2 gong1\n' }));
    assert.equal(readings, 3, 'with other words it is another text');
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
    const losses: unknown[] = [];
    const pool = await open({ log: { error: (cause: unknown) => losses.push(cause) } as unknown as Log });
    const before = pool.threads;
    const request = { text: TEXT.repeat(12), voice: 'tiny-nsf', rate: 1.5 };
    const heard = await hear(pool.speak(request), (count) => (count === 5 ? lose(pool) : undefined));
    assert.deepEqual(heard, await alone(request));
    assert.equal(losses.length, 1);
    while (!seatsOf(pool).every(({ ready }) => ready)) await delay(10);
    assert.equal(pool.threads.length, 2);
    assert.equal(pool.threads.filter((thread) => before.includes(thread)).length, 1);
  });

  test('is replaced when it is the only one, in the middle of a sentence', async () => {
    const pool = await open({ workers: 1 });
    const request = { text: TEXT.repeat(12), voice: 'tiny-nsf' };
    const heard = await hear(pool.speak(request), (count) => (count === 2 ? lose(pool) : undefined));
    assert.deepEqual(heard, await alone(request));
  });

  test('time and again at the turn of one sentence ends that, and nothing else', async () => {
    const pool = await open({ workers: 1 });
    const heard = hear(pool.speak({ text: TEXT, voice: 'tiny-nsf' }));
    const others = ['好', '坏', '大'].map((word) => ({ text: `${word}消息。${TEXT}` }));
    let over = false;
    heard
      .catch(() => undefined)
      .finally(() => {
        over = true;
      });
    while (!over) {
      const seat = seatsOf(pool).find(({ tasks }) => tasks.size > 0);
      if (seat !== undefined) {
        const gone = once(seat.worker, 'exit');
        seat.worker.postMessage({ type: 'close' });
        // As if a call for it had crashed: the worker is asked to end between two turns, where nobody is to blame.
        while (seat.worker.threadId > 0) {
          seat.turn[0] = [...seat.tasks.keys()][0] ?? 0;
          await delay(0);
        }
        await gone;
      }
      await delay(1);
    }
    await assert.rejects(heard, { code: 'worker_lost' });
    for (const request of others) assert.deepEqual(await hear(pool.speak(request)), await alone(request));
  });

  test('between two turns, however often, ends nothing', async () => {
    const pool = await open({ workers: 1 });
    const request = { text: TEXT.repeat(4), voice: 'tiny-nsf' };
    const heard = hear(pool.speak(request));
    for (let loss = 0; loss < 5; loss += 1) {
      while (tasksOf(pool).length === 0) await delay(1);
      await lose(pool);
    }
    assert.deepEqual(await heard, await alone(request));
  });

  test('of the thread that reads text, is replaced, and the text goes on', async () => {
    const pool = await open({ workers: 1 });
    const request = { text: TEXT.repeat(100) };
    const heard = await hear(pool.speak(request), async (count) => {
      if (count !== 3) return;
      const { worker } = (pool as unknown as Inside).text;
      const gone = once(worker, 'exit');
      worker.postMessage({ type: 'close' });
      await gone;
    });
    assert.deepEqual(heard, await alone(request));
  });

  test('takes nobody along who was waiting for a place', async () => {
    const pool = await open({ workers: 1 });
    const requests = Array.from({ length: 4 }, (_, index) => ({ text: `第${index}个人说，${TEXT.repeat(index + 1)}` }));
    const reading = requests.map((request) => hear(pool.speak(request)));
    while (seatsOf(pool)[0]!.tasks.size < requests.length) await delay(1);
    await lose(pool);
    const late = hear(pool.speak({ text: TEXT }));
    for (const [index, request] of requests.entries()) assert.deepEqual(await reading[index], await alone(request));
    assert.deepEqual(await late, await alone({ text: TEXT }));
  });

  test('and whose successor finds no voice: requests are refused, not kept waiting', async () => {
    const folder = join(temporaryFolder(), 'voices');
    cpSync(voices, folder, { recursive: true });
    const pool = await open({ voices: folder, workers: 1 });
    const gone = once(seatsOf(pool)[0]!.worker, 'exit');
    renameSync(folder, `${folder}-away`);
    seatsOf(pool)[0]!.worker.postMessage({ type: 'close' });
    await gone;
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

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import type { SpeechChunk, SpeechRequest } from '../../src/speech.ts';
import { type PoolOptions, WorkerPool } from '../../src/workers/pool.ts';
import { PIECES_AHEAD } from '../../src/workers/protocol.ts';
import { importGolden, shippedVoices, temporaryFolder } from '../golden-data.ts';

/** What of the pool's inside a test needs: who sits where, and what waits for its reader. */
interface Inside {
  readonly seats: readonly {
    readonly worker: Worker;
    readonly ready: boolean;
    readonly tasks: ReadonlyMap<number, { readonly queue: { readonly length: number }; readonly delivered: number }>;
  }[];
  readonly waiting: readonly unknown[];
}

const inside = (pool: WorkerPool) => pool as unknown as Inside;

/** Small voices speak fast: what is tested here is who computes, not what. */
const voices = importGolden(['tiny', 'tiny-nsf']);
const TEXT = '今天天气不错，我们去公园散步吧。';

async function open(options: Partial<PoolOptions> = {}): Promise<WorkerPool> {
  const pool = await WorkerPool.open({ voices, workers: 2, ...options });
  after(() => pool.close());
  return pool;
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
async function lose(pool: WorkerPool): Promise<void> {
  const seat = inside(pool).seats.find(({ tasks }) => tasks.size > 0)!;
  const gone = once(seat.worker, 'exit');
  seat.worker.postMessage({ type: 'close' });
  await gone;
}

suite('a pool of workers', () => {
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
    assert.ok(inside(pool).seats.every(({ tasks }) => tasks.size === 0));
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
    assert.equal(inside(pool).seats[0]!.tasks.size, 0);
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
    await assert.rejects(hear(pool.speak({ text: TEXT }, { signal: AbortSignal.abort() })), { code: 'cancelled' });
  });

  test('a reader that leaves frees its worker', async () => {
    const pool = await open({ workers: 1 });
    for await (const chunk of pool.speak({ text: TEXT.repeat(200) })) {
      assert.ok(chunk.samples.length > 0);
      break;
    }
    assert.equal(inside(pool).seats[0]!.tasks.size, 0);
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
  });

  test('a reader that does not read holds few pieces, and keeps nobody else waiting', async () => {
    const pool = await open({ workers: 1 });
    const slow = pool.speak({ text: TEXT.repeat(30), voice: 'tiny-nsf' });
    await slow.next();
    const held = () => [...inside(pool).seats[0]!.tasks.values()][0]!.queue.length;
    // Another request goes through several times over, which gives the slow one's worker all the time it could want.
    for (let turn = 0; turn < 3; turn += 1) {
      assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
    }
    assert.equal(held(), PIECES_AHEAD);
    await slow.next();
    await slow.next();
    while (held() < PIECES_AHEAD) await delay(5);
    await hear(pool.speak({ text: TEXT }));
    assert.equal(held(), PIECES_AHEAD);
    await slow.return(undefined);
  });
});

suite('a worker that is lost', () => {
  test('is replaced, and its request yields the very bytes it would have', async () => {
    const losses: unknown[] = [];
    const pool = await open({ onWorkerLost: (cause) => losses.push(cause) });
    const before = pool.threads;
    const request = { text: TEXT.repeat(12), voice: 'tiny-nsf', rate: 1.5 };
    const heard = await hear(pool.speak(request), (count) => (count === 5 ? lose(pool) : undefined));
    assert.deepEqual(heard, await alone(request));
    assert.equal(losses.length, 1);
    while (!inside(pool).seats.every(({ ready }) => ready)) await delay(10);
    assert.equal(pool.threads.length, 2);
    assert.equal(pool.threads.filter((thread) => before.includes(thread)).length, 1);
  });

  test('is replaced when it is the only one, while pieces wait unread', async () => {
    const pool = await open({ workers: 1 });
    const request = { text: TEXT.repeat(12), voice: 'tiny-nsf' };
    const heard = await hear(pool.speak(request), async (count) => {
      if (count !== 2) return;
      while ([...inside(pool).seats[0]!.tasks.values()][0]!.queue.length < PIECES_AHEAD) await delay(5);
      await lose(pool);
    });
    assert.deepEqual(heard, await alone(request));
  });

  test('a second time ends the request, and the pool lives on', async () => {
    const pool = await open({ workers: 1 });
    const request = { text: TEXT.repeat(30), voice: 'tiny-nsf' };
    const heard = hear(pool.speak(request), async (count) => {
      if (count !== 3 && count !== 20) return;
      while (inside(pool).seats[0]?.tasks.size !== 1) await delay(5);
      await lose(pool);
    });
    await assert.rejects(heard, { code: 'worker_lost' });
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
  });

  test('takes nobody along who was waiting for a place', async () => {
    const pool = await open({ workers: 1 });
    const requests = Array.from({ length: 4 }, (_, index) => ({ text: TEXT.repeat(index + 3) }));
    const reading = requests.map((request) => hear(pool.speak(request)));
    while (inside(pool).seats[0]!.tasks.size < requests.length) await delay(1);
    await lose(pool);
    const late = hear(pool.speak({ text: TEXT }));
    for (const [index, request] of requests.entries()) assert.deepEqual(await reading[index], await alone(request));
    assert.deepEqual(await late, await alone({ text: TEXT }));
  });

  test('and whose successor finds no voice: requests are refused, not kept waiting', async () => {
    const folder = join(temporaryFolder(), 'voices');
    cpSync(voices, folder, { recursive: true });
    const pool = await open({ voices: folder, workers: 1 });
    const gone = once(inside(pool).seats[0]!.worker, 'exit');
    renameSync(folder, `${folder}-away`);
    inside(pool).seats[0]!.worker.postMessage({ type: 'close' });
    await gone;
    await assert.rejects(hear(pool.speak({ text: TEXT })), { code: 'voice_unknown' });
    renameSync(`${folder}-away`, folder);
    assert.deepEqual(await hear(pool.speak({ text: TEXT })), await alone({ text: TEXT }));
  });
});

suite('opening and closing', () => {
  test('opening says what keeps it from speaking', async () => {
    await assert.rejects(WorkerPool.open({ voices: join(voices, 'ghost'), workers: 2 }), { code: 'voice_unknown' });
    await assert.rejects(WorkerPool.open({ voices, defaultVoice: 'ghost', workers: 1 }), {
      code: 'voice_unknown',
      params: { voice: 'ghost', available: ['tiny', 'tiny-nsf'] },
    });
  });

  test('closing ends what is being spoken, and refuses what comes after', async () => {
    const pool = await WorkerPool.open({ voices, workers: 2 });
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { WrittenPiece } from '../../src/audio/write-speech.ts';
import { Answers } from '../../src/server/answers.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const file: WrittenPiece['file'] = { contentType: 'audio/x', extension: 'x', sampleRate: 8000, seconds: 1 };

function piece(index: number, seconds: number): WrittenPiece {
  const sentence = { index, start: index, end: index + 1 };
  const samples = new Float32Array(8000 * seconds);
  const chunk = { samples, sampleRate: 8000, sentence, last: true, warnings: [] };
  return { file, bytes: Uint8Array.of(index), chunk, head: undefined };
}

/** Passes so many pieces through `keep`; how many of them are held by anybody at the end of it. */
async function heldOf(
  answers: Answers,
  key: string | undefined,
  { count = 20, seconds = 1, worth = (_ended: boolean) => true },
): Promise<number> {
  const made: WeakRef<WrittenPiece>[] = [];
  async function* pieces(): AsyncGenerator<WrittenPiece> {
    for (let index = 0; index < count; index += 1) {
      const each = piece(index, seconds);
      made.push(new WeakRef(each));
      yield each;
    }
  }
  const kept = answers.keep(key, pieces(), worth);
  let heard = 0;
  while (heard < count && !(await kept.next()).done) heard += 1;
  // A WeakRef holds on until the turn is over.
  await new Promise(setImmediate);
  collectGarbage();
  const held = made.filter((each) => each.deref() !== undefined).length;
  assert.equal((await kept.next()).done, true);
  return held;
}

test('an answer that was worth it is given again, under its own key alone', async () => {
  const answers = new Answers(1e7);
  const key = answers.keyOf('speech', { format: 'opus' });
  assert.equal(await heldOf(answers, key, {}), 20);
  assert.deepEqual(answers.get(key)?.bytes, Buffer.from(Array.from({ length: 20 }, (_, index) => index)));
  for (const output of [
    {},
    { format: 'mp3' },
    { format: 'opus', bitrate: 16 },
    { format: 'opus', volume: 0.5 },
  ] as const) {
    assert.equal(answers.get(answers.keyOf('speech', output)), undefined);
  }
  assert.equal(answers.get(answers.keyOf('another', { format: 'opus' })), undefined);
  assert.equal(new Answers(0).keyOf('speech', {}), undefined);
});

test('nothing is held of an answer that will not be kept', async () => {
  const answers = new Answers(1e8);
  const cases = {
    'without a key': [undefined, {}],
    'not worth it': ['a', { worth: () => false }],
    // Few bytes, as of a low bit rate, and many samples: what counts is what is held.
    'too long': ['b', { seconds: 10 }],
  } as const;
  for (const [name, [key, how]] of Object.entries(cases)) {
    assert.ok((await heldOf(answers, key, how)) <= 1, name);
    assert.equal(answers.get(key), undefined, name);
  }
  await heldOf(answers, 'c', { worth: (ended) => !ended });
  assert.equal(answers.get('c'), undefined, 'not worth it after all');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepended } from '../../src/server/prepended.ts';

test('what was taken already comes first, and the rest behind it', async () => {
  const heard: number[] = [];
  for await (const each of prepended([1, 2], numbers())) heard.push(each);
  assert.deepEqual(heard, [1, 2, 3, 4]);
});

test('left before it was read, it lets go of what it stands before', async () => {
  let open = true;
  const rest = numbers(() => {
    open = false;
  });
  const taken = await rest.next();
  await prepended([taken.value!], rest).return?.();
  assert.equal(open, false);
});

async function* numbers(onEnd: () => void = () => undefined): AsyncGenerator<number> {
  try {
    yield 3;
    yield 4;
  } finally {
    onEnd();
  }
}

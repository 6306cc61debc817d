import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Readings } from '../../src/dispatch/readings.ts';
import type { Analysed } from '../../src/text/analyse.ts';
import type { Reading } from '../../src/workers/protocol.ts';

function open() {
  const read: string[] = [];
  const readings = new Readings(async function* ({ text }: Reading) {
    read.push(text);
    for (const [start] of [...text.slice(0, 3)].entries()) yield { start } as unknown as Analysed;
  });
  return { read, readings };
}

const reading = (text: string, changes: Partial<Reading> = {}): Reading => ({
  text,
  lexicon: undefined,
  language: 'PinYin',
  voice: 'tan',
  ...changes,
});

async function all(readings: Readings, of: Reading): Promise<readonly Analysed[]> {
  const sentences = [];
  for await (const sentence of readings.read(of)) sentences.push(sentence);
  return sentences;
}

suite('readings', () => {
  test('a text is read twice and then known, the same each time', async () => {
    const { read, readings } = open();
    assert.ok(!readings.has(reading('abc')));
    const first = await all(readings, reading('abc'));
    assert.ok(readings.has(reading('abc')));
    for (let i = 0; i < 3; i += 1) assert.deepEqual(await all(readings, reading('abc')), first);
    assert.equal(read.length, 2);
  });

  test('with other words or in another language it is another text, by another voice it is not', async () => {
    const { read, readings } = open();
    for (let i = 0; i < 2; i += 1) await all(readings, reading('abc'));
    assert.ok(readings.has(reading('abc', { voice: 'other' })));
    for (const changes of [{ lexicon: '公园\tyuan2 gong1\n' }, { language: 'bytes' }]) {
      assert.ok(!readings.has(reading('abc', changes)));
      await all(readings, reading('abc', changes));
    }
    assert.equal(read.length, 4);
  });

  test('one that was left half way is not taken for the whole', async () => {
    const { read, readings } = open();
    await all(readings, reading('abc'));
    for await (const _ of readings.read(reading('abc'))) break;
    assert.equal((await all(readings, reading('abc'))).length, 3);
    assert.equal(read.length, 3);
  });

  test('a long text is not remembered, and of short ones so many', async () => {
    const { readings } = open();
    const long = reading('a'.repeat(2_000));
    for (let i = 0; i < 2; i += 1) await all(readings, long);
    assert.ok(!readings.has(long));
    for (let i = 0; i < 200; i += 1) await all(readings, reading(`${i}`.padEnd(900)));
    assert.ok(!readings.has(reading('0'.padEnd(900))));
    assert.ok(readings.has(reading('199'.padEnd(900))));
  });
});

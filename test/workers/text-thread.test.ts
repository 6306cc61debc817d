import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextThread } from '../../src/workers/text-thread.ts';

test('a thread that cannot start is tried a few times, and once more for each who asks', async (t) => {
  let lost = 0;
  const thread = new TextThread({ lexicon: 'no line of a lexicon', onLost: () => (lost += 1) });
  t.after(() => thread.close());
  const reading = { text: '好。', language: 'PinYin', voice: 'tan', lexicon: undefined };
  await Promise.all([
    assert.rejects(thread.ready, (error: Error) => /lexicon, line 1/.test(String(error.cause ?? error))),
    assert.rejects(thread.explain(reading), { code: 'worker_lost' }),
  ]);
  assert.equal(lost, 3);
  await assert.rejects(thread.explain(reading), { code: 'worker_lost' });
  assert.equal(lost, 4);
});

test('one that starts reads', async (t) => {
  const thread = new TextThread({ lexicon: '银行\tyin2 xing2\n' });
  t.after(() => thread.close());
  await thread.ready;
  const { syllables } = await thread.explain({ text: '银行', language: 'PinYin', voice: 'tan', lexicon: undefined });
  assert.deepEqual(
    syllables.map(({ pinyin }) => pinyin),
    ['yin2', 'xing2'],
  );
});

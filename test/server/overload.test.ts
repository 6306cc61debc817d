import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { importGolden } from '../golden-data.ts';
import { serve } from './serving.ts';

test('a server with more to do than it may keep waiting refuses some at once, and speaks for the rest', async (t) => {
  const speaker = await Dispatcher.open({ voices: importGolden(['tiny']), workers: 1, cacheBytes: 0, longestQueue: 4 });
  t.after(() => speaker.close());
  const serving = await serve(t, { speaker, voice: 'tiny' });
  const text = (number: number) => `第${number}个人说：今天天气不错，我们一起去公园散步吧，好吗？`;
  const ask = async (body: object, headers?: Record<string, string>) => {
    const response = await fetch(`${serving.url}/api/tts/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { response, body: Buffer.from(await response.arrayBuffer()) };
  };
  const answers = await Promise.all(Array.from({ length: 40 }, (_, number) => ask({ text: text(number) })));
  const refused = answers.filter(({ response }) => response.status !== 200);
  assert.ok(refused.length > 0 && refused.length < 40, `${refused.length} were refused`);
  for (const { response, body } of refused) {
    assert.equal(response.status, 503);
    assert.equal(JSON.parse(body.toString()).code, 'overloaded');
    assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  }
  for (const { response, body } of answers) {
    if (response.status === 200) assert.ok(body.length > 20_000, `${body.length} bytes`);
  }

  // One whose own time is too short for its place, while others are spoken for.
  const others = [61, 62, 63].map((number) => ask({ text: text(number) }));
  const hurried = await ask({ text: text(64) }, { 'x-deadline-ms': '1' });
  assert.equal(hurried.response.status, 503);
  assert.equal(JSON.parse(hurried.body.toString()).code, 'overloaded');
  for (const { response } of await Promise.all(others)) assert.equal(response.status, 200);
  assert.equal((await ask({ text: text(65) })).response.status, 200, 'and it is over when it is over');
});

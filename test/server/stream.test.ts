import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { type ErrorCode, LangduError } from '../../src/errors.ts';
import type { SpeechChunk } from '../../src/speech.ts';
import { until } from '../until.ts';
import { readEvents } from './read-events.ts';
import { parse, raw, type Serving, serve } from './serving.ts';
import { metricsOf } from './spawn-server.ts';
import { ToneSpeaker } from './tone-speaker.ts';

function stream({ url }: Serving, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/tts/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** A raw request whose answer is read by hand; several of them are pipelined. */
function open(port: number, body: object, times = 1): Socket {
  const text = JSON.stringify(body);
  const socket = connect(port, '127.0.0.1');
  const head = `POST /api/tts/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}`;
  socket.write(`${head}\r\n\r\n${text}`.repeat(times));
  return socket;
}

/** Waits until nothing more is made, for a while; how many chunks were. */
async function stalled(speaker: ToneSpeaker): Promise<number> {
  let made = -1;
  let since = 0;
  await until(() => {
    since = speaker.chunks === made ? since + 1 : 0;
    made = speaker.chunks;
    return since === 20;
  }, 'nothing more is made');
  return made;
}

/** Samples of a WAV whose header was written before its length was known. */
function pcmOf(wav: Uint8Array): Buffer {
  assert.equal(Buffer.from(wav).toString('latin1', 0, 4), 'RIFF');
  return Buffer.from(wav).subarray(44);
}

test('audio arrives as it is made, the same as the finished file', async (t) => {
  const serving = await serve(t);
  const text = '你好，世界。今天天气好！';
  const response = await stream(serving, { text });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'audio/wav');
  assert.equal(response.headers.get('content-length'), null);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.equal(response.headers.get('x-langdu-voice'), 'tan');
  assert.equal(response.headers.get('x-langdu-sample-rate'), '16000');
  assert.equal(response.headers.get('x-langdu-cache'), 'miss');
  assert.ok(response.headers.get('x-request-id'));
  const streamed = pcmOf(new Uint8Array(await response.arrayBuffer()));
  const { audio_url } = (await (await serving.post({ text })).json()) as { audio_url: string };
  const file = new Uint8Array(await (await fetch(serving.url + audio_url)).arrayBuffer());
  assert.ok(streamed.equals(pcmOf(file)));
});

test('the first sentence is heard before the second is made', async (t) => {
  const speaker = new ToneSpeaker({ pace: 100 });
  const serving = await serve(t, { speaker });
  const response = await stream(serving, { text: '一。二。三。四。', format: 'pcm' });
  assert.equal(speaker.chunks, 1);
  assert.equal((await response.arrayBuffer()).byteLength, 8 * 1600 * 2);
  assert.equal(speaker.chunks, 4);
});

test('format, rate and level are what was asked for', async (t) => {
  const serving = await serve(t);
  const pcm = await stream(serving, { text: '你好。', format: 'pcm', sample_rate: 8000 });
  assert.equal(pcm.headers.get('content-type'), 'audio/pcm;rate=8000');
  assert.equal(pcm.headers.get('x-langdu-sample-rate'), '8000');
  assert.equal((await pcm.arrayBuffer()).byteLength, 3 * 800 * 2);
  const silent = await stream(serving, { text: '你好。', format: 'pcm', volume: 0 });
  assert.ok(Buffer.from(await silent.arrayBuffer()).every((byte) => byte === 0));
});

test('GET takes a query, for an audio element', async (t) => {
  const speaker = new ToneSpeaker();
  const { url } = await serve(t, { speaker });
  const query = new URLSearchParams({ text: '你好。', rate: '2', format: 'pcm', lexicon: '{"你": "ni3"}', seed: '7' });
  const response = await fetch(`${url}/api/tts/stream?${query}`);
  assert.equal(response.status, 200);
  assert.equal((await response.arrayBuffer()).byteLength, 3 * 800 * 2);
  assert.deepEqual(
    [speaker.requests[0]!.rate, speaker.requests[0]!.lexicon, speaker.requests[0]!.seed],
    [2, '你\tni3', 7],
  );
  const head = await fetch(`${url}/api/tts/stream?${query}`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('allow')], [405, 'GET, POST']);
  const wrong: readonly [query: string, code: ErrorCode][] = [
    ['text=好&rate=fast', 'field_type'],
    ['text=好&rate=', 'field_type'],
    ['text=好&rate=9', 'parameter_out_of_range'],
    ['text=好&seed=1.5', 'field_type'],
    ['text=好&trim_silence=yes', 'field_type'],
    ['text=好&lexicon=x', 'field_type'],
    ['text=好&lexicon={"好":5}', 'field_type'],
    ['text=好&text=坏', 'field_type'],
    ['text=好&speed=1', 'field_unknown'],
    ['text=好&format=ogg', 'format_unknown'],
    ['', 'text_empty'],
  ];
  for (const [each, code] of wrong) {
    const refused = await fetch(`${url}/api/tts/stream?${encodeURI(each)}`);
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [400, code], each);
  }
});

test('what fails before the first byte has its status', async (t) => {
  const busy = new LangduError('overloaded', { retryAfter: 3.2 });
  const speakers: readonly [unknown, number, ErrorCode, string | null][] = [
    [busy, 503, 'overloaded', '4'],
    [new LangduError('worker_lost'), 503, 'worker_lost', null],
    [new Error('unforeseen'), 500, 'internal', null],
  ];
  for (const [error, status, code, retryAfter] of speakers) {
    const speaker = new ToneSpeaker({ failAt: { sentence: 0, error } });
    const serving = await serve(t, { speaker, mayFail: true });
    for (const headers of [{}, { accept: 'text/event-stream' }]) {
      const response = await stream(serving, { text: '一。二。' }, headers);
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [status, code]);
      assert.equal(response.headers.get('retry-after'), retryAfter);
    }
  }
  const serving = await serve(t);
  const refusals: readonly [body: object, status: number, code: ErrorCode][] = [
    [{ text: '' }, 400, 'text_empty'],
    [{ text: '好', voice: 'nobody' }, 404, 'voice_unknown'],
    [{ text: '好', emotion: 'bored' }, 422, 'emotion_unknown'],
    [{ text: '好', sample_rate: 12345 }, 400, 'sample_rate_unsupported'],
    [{ text: '好', loudness: -50 }, 400, 'parameter_out_of_range'],
    [{ text: '好', stream_format: 'ndjson' }, 400, 'value_unknown'],
    [{ text: '好', lexicon: { '两 字': 'a1' } }, 400, 'request_invalid'],
    [{ text: '好', lexicon: { 好: 'a1\nb2' } }, 400, 'request_invalid'],
    [{ text: '好', lexicon: { ['好'.repeat(65)]: '=甲' } }, 400, 'field_too_long'],
    [{ text: '好', lexicon: { 好: `=${'甲'.repeat(512)}` } }, 400, 'field_too_long'],
    [
      { text: '好', lexicon: Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [n, '=甲'])) },
      400,
      'request_invalid',
    ],
  ];
  for (const [body, status, code] of refusals) {
    const response = await stream(serving, body);
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [status, code]);
  }
});

test('a deadline reaches the speaker, and nonsense is refused', async (t) => {
  const speaker = new ToneSpeaker();
  const serving = await serve(t, { speaker });
  assert.equal((await stream(serving, { text: '好' }, { 'x-deadline-ms': '250' })).status, 200);
  assert.deepEqual([speaker.options[0]!.deadlineMs, speaker.options[0]!.caller], [250, '127.0.0.1']);
  for (const wrong of ['0', '-5', 'soon', '1.5', '3600001', '1e3', '99999999999999']) {
    const response = await stream(serving, { text: '好' }, { 'x-deadline-ms': wrong });
    assert.equal(response.status, 400, wrong);
    assert.match(await response.text(), /X-Deadline-Ms.*parameter_out_of_range/);
  }
});

test('a failure after the first byte cuts the connection: no short file passes for a whole one', async (t) => {
  const speaker = new ToneSpeaker({ failAt: { sentence: 1, error: new LangduError('worker_lost') } });
  const serving = await serve(t, { speaker });
  const response = await stream(serving, { text: '一。二。三。' });
  assert.equal(response.status, 200);
  await assert.rejects(response.arrayBuffer(), { name: 'TypeError' });
  await until(() => serving.log.some((line) => line.code === 'worker_lost' && line.status === 503), 'it is logged');
  const metrics = await metricsOf(serving.url);
  const route = 'route="/api/tts/stream",method="POST"';
  assert.equal(metrics.get(`langdu_http_requests_total{${route},status="503"}`), 1);
  assert.equal(metrics.get('langdu_refused_total{code="worker_lost"}'), 1);
  assert.equal(metrics.get('langdu_refused_total{code="cancelled"}'), undefined);
});

test('a speaker that ends early because its caller is gone has not spoken it all', async (t) => {
  const speaker = new ToneSpeaker({ pace: 50 });
  const speak = speaker.speak.bind(speaker);
  speaker.speak = async function* (request, options): AsyncGenerator<SpeechChunk> {
    for await (const chunk of speak(request)) {
      if (options?.signal?.aborted) return;
      yield chunk;
    }
  };
  const { port, log } = await serve(t, { speaker });
  const socket = open(port, { text: '一。二。三。' });
  await once(socket, 'data');
  socket.destroy();
  await until(() => log.some((line) => line.code === 'cancelled' && line.status === 499), 'it is logged as cancelled');
});

test('a reader that stops holds bounded memory, and gets all of it when it goes on', async (t) => {
  const speaker = new ToneSpeaker();
  const { port } = await serve(t, { speaker, maxText: 100_000 });
  // 20 MB of samples in chunks of 32 kB.
  const sentences = 625;
  const socket = open(port, { text: '九个字的一句话呢。啊'.repeat(sentences), format: 'pcm' });
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  const before = await stalled(speaker);
  assert.ok(before < sentences / 2, `${before} of ${sentences} sentences were made for a reader that does not read`);
  assert.equal(speaker.active, 1);
  let received = first.length;
  socket.on('data', (data) => {
    received += data.length;
  });
  socket.resume();
  await until(() => speaker.active === 0, 'the rest is made');
  await until(() => received > sentences * 10 * 1600 * 2, 'all has arrived');
  socket.destroy();
});

test('a reader that stops and then hangs up frees the speaker at once', async (t) => {
  const speaker = new ToneSpeaker();
  const { port } = await serve(t, { speaker, maxText: 100_000 });
  for (const body of [{}, { stream_format: 'sse' }]) {
    const socket = open(port, { text: '九个字的一句话呢。'.repeat(2000), ...body });
    await once(socket, 'data');
    socket.pause();
    await stalled(speaker);
    assert.equal(speaker.active, 1);
    socket.destroy();
    await until(() => speaker.active === 0, 'the speaker stops');
  }
  assert.equal(speaker.stopped, 2);
});

test('a caller that hangs up while it waits frees the speaker', async (t) => {
  const speaker = new ToneSpeaker({ pace: 60_000 });
  const { port } = await serve(t, { speaker });
  const socket = open(port, { text: '一。' });
  await until(() => speaker.active === 1, 'the request is under way');
  socket.destroy();
  await until(() => speaker.active === 0, 'the speaker stops');
});

test('a caller that hangs up on pipelined requests frees the speaker and the places of all of them', async (t) => {
  const speaker = new ToneSpeaker({ pace: 20 });
  const { port, post, log } = await serve(t, { speaker, maxText: 100_000, settings: { concurrent: 3 } });
  const long = { text: '九个字的一句话呢。'.repeat(2000) };
  for (let round = 1; round <= 2; round += 1) {
    const socket = open(port, long, 3);
    await until(() => speaker.active === 3, 'all are under way');
    socket.destroy();
    await until(() => speaker.active === 0, 'the speaker stops');
    await until(() => log.filter(({ code }) => code === 'cancelled').length === 3 * round, 'each is logged');
    assert.equal((await post({ text: '好' })).status, 200, 'there are places');
  }
});

test('events tell what is heard when, in the text as it was written', async (t) => {
  const serving = await serve(t, { speaker: new ToneSpeaker({ plan: { cache: 'partial', startsInMs: 12.3 } }) });
  const text = '你好☃。\n世界！';
  const response = await stream(serving, { text, format: 'pcm' }, { accept: 'text/event-stream' });
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(response.headers.get('x-langdu-cache'), 'partial');
  const events = readEvents(await response.text());
  assert.deepEqual(
    events.map(({ event }) => event),
    ['plan', 'warning', 'timing', 'audio', 'timing', 'audio', 'audio', 'done'],
  );
  const of = (name: string) => events.filter(({ event }) => event === name).map(({ data }) => data);
  assert.deepEqual(of('plan')[0], {
    voice: 'tan',
    characters: 8,
    content_type: 'audio/pcm;rate=16000',
    sample_rate: 16000,
    cache: 'partial',
    starts_in_ms: 12,
  });
  assert.deepEqual(of('warning'), [{ code: 'character_unknown', text: '☃', start: 2, end: 3 }]);
  assert.deepEqual(of('timing')[1], {
    index: 1,
    start: 5,
    end: 8,
    from: 0.5,
    to: 0.8,
    words: [
      { text: '世', start: 5, end: 6, from: 0.5, to: 0.6 },
      { text: '界', start: 6, end: 7, from: 0.6, to: 0.7 },
    ],
  });
  const audio = Buffer.concat(of('audio').map(({ audio }) => Buffer.from(audio, 'base64')));
  assert.equal(audio.length, 8 * 1600 * 2);
  assert.deepEqual(of('done')[0], { duration: 0.8, bytes: audio.length, sentences: 2, characters: 8 });
  const plain = await stream(serving, { text, format: 'pcm' });
  assert.ok(audio.equals(Buffer.from(await plain.arrayBuffer())));
});

test('events end with what went wrong', async (t) => {
  const speaker = new ToneSpeaker({ failAt: { sentence: 1, error: new LangduError('worker_lost') } });
  const serving = await serve(t, { speaker });
  const response = await stream(serving, { text: '一。二。', stream_format: 'sse' }, { 'accept-language': 'en' });
  const events = readEvents(await response.text());
  assert.deepEqual(events.at(-1), {
    event: 'error',
    data: {
      error: 'The worker making this audio was lost; please try again.',
      code: 'worker_lost',
      request_id: response.headers.get('x-request-id'),
    },
  });
  assert.equal(events.filter(({ event }) => event === 'done').length, 0);
});

test('HTTP/1.0 has no chunks: its end is the end of the connection', async (t) => {
  const { port } = await serve(t);
  const body = JSON.stringify({ text: '好。', format: 'pcm' });
  const head = `POST /api/tts/stream HTTP/1.0\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const answer = parse(await raw(port, head + body));
  assert.equal(answer.status, 200);
  assert.doesNotMatch(answer.head, /chunked/);
});

test('explain tells how a text would be read', async (t) => {
  const { url } = await serve(t);
  const ask = (body: object) =>
    fetch(`${url}/api/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const explained = (await (await ask({ text: '银行行长。' })).json()) as {
    normalized: string;
    syllables: { char: string; pinyin: string; by: string; start: number }[];
  };
  assert.deepEqual(
    explained.syllables.map(({ pinyin }) => pinyin),
    ['yin2', 'hang2', 'hang2', 'zhang3'],
  );
  const own = (await (await ask({ text: '银行', lexicon: { 银行: 'yin2 xing2' } })).json()) as typeof explained;
  assert.deepEqual([own.syllables[1]!.pinyin, own.syllables[1]!.by], ['xing2', 'lexicon:银行']);
  const got = await fetch(`${url}/api/explain?text=${encodeURIComponent('银行行长。')}`);
  assert.deepEqual(await got.json(), explained);
  assert.equal((await ask({ text: '' })).status, 400);
  assert.equal((await ask({ text: '长'.repeat(1001) })).status, 413);
  assert.equal((await ask({ text: '好', voice: 'nobody' })).status, 404);
});

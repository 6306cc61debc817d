import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { ErrorCode } from '../../src/errors.ts';
import { until } from '../until.ts';
import { readWav } from './read-wav.ts';
import { parse, raw, serve } from './serving.ts';
import { ToneSpeaker } from './tone-speaker.ts';

test('text becomes an audio of its length', async (t) => {
  const { url, post } = await serve(t);
  const response = await post({ text: '你好，世界。今天天气好！' });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  const answer = (await response.json()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(answer), ['audio_url', 'duration', 'sample_rate', 'voice', 'characters']);
  assert.match(String(answer.audio_url), /^\/audio\/[0-9a-f]{32}\.wav$/);
  assert.equal(answer.duration, 1.2);
  assert.equal(answer.sample_rate, 16000);
  assert.equal(answer.voice, 'tan');
  assert.equal(answer.characters, 12);
  const wav = readWav(new Uint8Array(await (await fetch(url + answer.audio_url)).arrayBuffer()));
  assert.equal(wav.sampleRate, 16000);
  assert.equal(wav.samples.length, 19200);
});

test('every field reaches the voice', async (t) => {
  const speaker = new ToneSpeaker();
  const { post } = await serve(t, { speaker });
  const full = {
    text: '你好',
    voice: 'tan',
    speaker: 'tan',
    emotion: 'happy',
    intensity: 1.5,
    rate: 2,
    pitch: 0.5,
    volume: 0,
    seed: 4294967295,
  };
  assert.equal((await post(full)).status, 200);
  // The gain is the file's, not the voice's.
  const { volume: _volume, ...voiced } = full;
  assert.deepEqual(speaker.requests, [{ ...voiced, lexicon: undefined }]);
});

test('the configured voice is the default', async (t) => {
  const { url, post } = await serve(t, { voice: 'flute' });
  assert.equal(((await (await post({ text: '好' })).json()) as { voice: string }).voice, 'flute');
  assert.equal(((await (await fetch(`${url}/api/voices`)).json()) as { default: string }).default, 'flute');
  await assert.rejects(serve(t, { voice: 'nobody' }), { code: 'config_invalid' });
});

test('what was not spoken is told', async (t) => {
  const { post } = await serve(t);
  const answer = (await (await post({ text: '一。二☃。' })).json()) as { warnings: unknown };
  assert.deepEqual(answer.warnings, [{ code: 'character_unknown', text: '☃', start: 3, end: 4 }]);
});

const refusals: readonly [what: string, body: unknown, status: number, code: ErrorCode, message: RegExp][] = [
  ['empty text', { text: '' }, 400, 'text_empty', /^请输入有效文本$/],
  ['white space', { text: ' \n\t\u3000' }, 400, 'text_empty', /^请输入有效文本$/],
  ['no text', {}, 400, 'text_empty', /^请输入有效文本$/],
  ['too long a text', { text: '长'.repeat(1001) }, 413, 'text_too_long', /1001 字.*1000/],
  ['too long a text beyond the BMP', { text: '\u{20000}'.repeat(1001) }, 413, 'text_too_long', /1001/],
  ['nothing to speak', { text: '☃' }, 400, 'text_unspeakable', /☃/],
  ['half a character', '{"text": "a\\ud800"}', 400, 'request_invalid', /surrogate/],
  ['text a number', { text: 5 }, 400, 'field_type', /^text 应为 string，收到 5$/],
  ['text null', { text: null }, 400, 'field_type', /^text 应为 string，收到 null$/],
  ['text an array', { text: ['a'] }, 400, 'field_type', /收到 array$/],
  ['voice a boolean', { text: '好', voice: true }, 400, 'field_type', /^voice .*true$/],
  ['rate a string', { text: '好', rate: '1' }, 400, 'field_type', /^rate 应为 number，收到 "1"$/],
  ['rate null', { text: '好', rate: null }, 400, 'field_type', /^rate/],
  ['rate infinite', '{"text": "好", "rate": 1e999}', 400, 'field_type', /^rate 应为 number，收到 Infinity$/],
  ['rate NaN', '{"text": "好", "rate": NaN}', 400, 'json_invalid', /JSON/],
  [
    'rate too low',
    { text: '好', rate: 0.249 },
    400,
    'parameter_out_of_range',
    /^rate 应在 0.25 到 4 之间，收到 0.249$/,
  ],
  ['rate too high', { text: '好', rate: 4.001 }, 400, 'parameter_out_of_range', /^rate/],
  ['rate negative', { text: '好', rate: -1 }, 400, 'parameter_out_of_range', /^rate/],
  ['pitch too low', { text: '好', pitch: 0.49 }, 400, 'parameter_out_of_range', /^pitch 应在 0.5 到 2/],
  ['pitch too high', { text: '好', pitch: 2.01 }, 400, 'parameter_out_of_range', /^pitch/],
  ['volume too low', { text: '好', volume: -0.01 }, 400, 'parameter_out_of_range', /^volume 应在 0 到 2/],
  ['volume too high', { text: '好', volume: 2.01 }, 400, 'parameter_out_of_range', /^volume/],
  ['intensity zero', { text: '好', intensity: 0 }, 400, 'parameter_out_of_range', /^intensity 应在 0.01 到 2/],
  ['intensity too high', { text: '好', intensity: 2.01 }, 400, 'parameter_out_of_range', /^intensity/],
  ['seed negative', { text: '好', seed: -1 }, 400, 'parameter_out_of_range', /^seed/],
  ['seed too high', { text: '好', seed: 4294967296 }, 400, 'parameter_out_of_range', /^seed/],
  ['seed a fraction', { text: '好', seed: 0.5 }, 400, 'field_type', /^seed 应为 integer，收到 0.5$/],
  ['unknown field', { text: '好', sped: 1 }, 400, 'field_unknown', /没有字段 sped；可用：text, voice, .*, seed/],
  ['__proto__', '{"text": "好", "__proto__": {"rate": 1}}', 400, 'field_unknown', /__proto__/],
  ['unknown voice', { text: '好', voice: 'nobody' }, 404, 'voice_unknown', /nobody.*flute, tan/],
  ['path as a voice', { text: '好', voice: '../tan' }, 404, 'voice_unknown', /flute, tan/],
  ['unknown emotion', { text: '好', emotion: 'bored' }, 422, 'emotion_unknown', /bored.*neutral, happy/],
  ['an array', [], 400, 'field_type', /^body 应为 object，收到 array$/],
  ['null', 'null', 400, 'field_type', /^body/],
  ['a string', '"text"', 400, 'field_type', /^body/],
  ['nothing', '', 400, 'json_invalid', /JSON/],
  ['half of it', '{"text": ', 400, 'json_invalid', /JSON/],
  ['more than it', '{"text": "好"}}', 400, 'json_invalid', /JSON/],
  ['not UTF-8', new Uint8Array([...Buffer.from('{"text":"'), 0xff, ...Buffer.from('"}')]), 400, 'json_invalid', /JSON/],
  ['GBK', new Uint8Array([...Buffer.from('{"text":"'), 0xc4, 0xe3, ...Buffer.from('"}')]), 400, 'json_invalid', /JSON/],
  ['too large a body', { text: ' '.repeat(80_000) }, 413, 'body_too_large', /77536/],
];

test('what cannot be done is refused, by name and in both languages', async (t) => {
  const { post, folder } = await serve(t);
  for (const [what, body, status, code, message] of refusals) {
    const response = await post(body);
    const answer = (await response.json()) as { error: string; code: string };
    assert.deepEqual([response.status, answer.code], [status, code], `${what}: ${JSON.stringify(answer)}`);
    assert.match(answer.error, message, what);
    assert.deepEqual(Object.keys(answer), ['error', 'code']);
    assert.equal(response.headers.get('content-language'), 'zh');
    const english = (await (
      await post(body, { 'accept-language': 'en-US,en;q=0.9,zh;q=0.8' })
    ).json()) as typeof answer;
    assert.equal(english.code, code);
    assert.doesNotMatch(english.error, /[请没应]/, what);
  }
  assert.deepEqual(await readdir(folder), []);
});

test('every number is taken at its limits', async (t) => {
  const { post } = await serve(t);
  const edges = { rate: [0.25, 4], pitch: [0.5, 2], volume: [0, 2], intensity: [0.01, 2], seed: [0, 4294967295] };
  for (const [field, values] of Object.entries(edges)) {
    for (const value of values) {
      assert.equal((await post({ text: '好', [field]: value })).status, 200, `${field} ${value}`);
    }
  }
  assert.equal((await post({ text: '长'.repeat(1000) })).status, 200);
  const escaped = JSON.stringify({ text: '\u{20000}'.repeat(1000) }).replace(
    /[\ud800-\udfff]/g,
    (half) => `\\u${half.charCodeAt(0).toString(16)}`,
  );
  assert.equal((await post(escaped)).status, 200);
});

test('only JSON in UTF-8 is read', async (t) => {
  const { post } = await serve(t);
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=gbk', 'nonsense'];
  for (const type of types) {
    const response = await post({ text: '好' }, { 'content-type': type });
    assert.equal(response.status, 415, type);
    assert.equal(((await response.json()) as { code: string }).code, 'media_type_unsupported');
  }
  assert.equal((await post({ text: '好' }, { 'content-encoding': 'gzip' })).status, 415);
  assert.equal((await post({ text: '好' }, { 'content-type': 'application/json; charset=UTF-8' })).status, 200);
});

test('a failure inside is 500 without details, which are in the log under the request id', async (t) => {
  const secret = new Error('disk /srv/secret is on fire');
  const { post, log, folder } = await serve(t, {
    speaker: new ToneSpeaker({ failAt: { sentence: 1, error: secret } }),
    mayFail: true,
  });
  const response = await post({ text: '私密的一。私密的二。' }, { 'x-request-id': 'trace-1' });
  assert.equal(response.status, 500);
  assert.deepEqual(await response.json(), { error: '服务内部错误，请稍后重试', code: 'internal' });
  assert.equal(response.headers.get('x-request-id'), 'trace-1');
  await until(() => log.some((line) => line.msg === 'request'), 'the request is logged');
  const failed = log.find((line) => line.msg === 'request failed')!;
  assert.equal(failed.requestId, 'trace-1');
  assert.match(JSON.stringify(failed), /secret is on fire/);
  assert.doesNotMatch(JSON.stringify(log), /私密/, 'no text in the log');
  assert.deepEqual(await readdir(folder), [], 'no file is left');
});

test('a caller that hangs up ends the synthesis and leaves no file', async (t) => {
  const speaker = new ToneSpeaker({ pace: 30 });
  const { url, folder, log } = await serve(t, { speaker });
  const caller = new AbortController();
  const body = JSON.stringify({ text: '一句话。'.repeat(200) });
  const asked = fetch(`${url}/api/tts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: caller.signal,
  });
  await until(async () => (await readdir(folder)).length === 1, 'a file is being written');
  assert.match((await readdir(folder))[0]!, /\.wav\..*part$/);
  caller.abort();
  await assert.rejects(asked, { name: 'AbortError' });
  await until(() => speaker.active === 0, 'the speaker stops');
  assert.equal(speaker.stopped, 1);
  await until(async () => (await readdir(folder)).length === 0, 'the file is gone');
  await until(() => log.some((line) => line.code === 'cancelled'), 'the request is logged');
});

test('callers that hang up at any moment leave nothing half done, and harm nobody', async (t) => {
  const speaker = new ToneSpeaker({ pace: 4 });
  const { url, port, folder } = await serve(t, { speaker });
  const body = JSON.stringify({ text: '一句话。'.repeat(10) });
  const head = `POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const rude = Array.from({ length: 60 }, async (_, i) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    // Some go before their request is all there.
    socket.write(i % 4 === 0 ? (head + body).slice(0, 40 + i * 3) : head + body);
    await new Promise((resolve) => setTimeout(resolve, i * 2));
    if (i % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  });
  const polite = Array.from({ length: 10 }, () =>
    fetch(`${url}/api/tts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
  );
  const answers = await Promise.all((await Promise.all(polite)).map((response) => response.json()));
  await Promise.all(rude);
  await until(() => speaker.active === 0, 'every speech has ended');
  for (const answer of answers as { duration: number }[]) assert.equal(answer.duration, 4);
  const names = await readdir(folder);
  assert.deepEqual(
    names.filter((name) => name.endsWith('.part')),
    [],
  );
  for (const { audio_url } of answers as { audio_url: string }[]) assert.ok(names.includes(audio_url.slice(7)));
});

test('a caller that has said all it has to say is still answered', async (t) => {
  const { port } = await serve(t, { speaker: new ToneSpeaker({ pace: 50 }) });
  const body = JSON.stringify({ text: '好' });
  const head = `POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n`;
  const { status } = parse(await raw(port, `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
  assert.equal(status, 200);
});

test('forty callers at once each get their own audio', async (t) => {
  const { url, post } = await serve(t, { speaker: new ToneSpeaker({ pace: 5 }) });
  const lengths = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const answer = (await (await post({ text: `${'字'.repeat(i + 1)}。`.repeat(2) })).json()) as {
        audio_url: string;
      };
      const wav = readWav(new Uint8Array(await (await fetch(url + answer.audio_url)).arrayBuffer()));
      return wav.samples.length;
    }),
  );
  assert.deepEqual(
    lengths,
    Array.from({ length: 40 }, (_, i) => (i + 2) * 2 * 1600),
  );
});

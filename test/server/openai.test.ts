import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import OpenAI from 'openai';
import { Stream } from 'openai/streaming';
import { type FormatName, formatNames } from '../../src/audio/formats.ts';
import { LangduError } from '../../src/errors.ts';
import { ensureDebianPackage } from '../install.ts';
import { until } from '../until.ts';
import { parse, raw, type Serving, serve, sha256 } from './serving.ts';
import { ToneSpeaker } from './tone-speaker.ts';

ensureDebianPackage('ffmpeg', '/usr/bin/ffmpeg');

function clientOf({ url }: Serving): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0 });
}

interface SpeechEvent {
  readonly type: string;
  readonly audio?: string;
  readonly usage?: object;
}

/** Seconds of audio and its rate, by ffmpeg. */
function decode(bytes: Uint8Array): { seconds: number; rate: number } {
  const probe = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=sample_rate', '-of', 'csv=p=0', '-'], {
    input: bytes,
  });
  const rate = Number(probe.toString().trim());
  const pcm = execFileSync('ffmpeg', ['-v', 'error', '-i', '-', '-f', 's16le', '-ac', '1', '-ar', String(rate), '-'], {
    input: bytes,
    maxBuffer: 1 << 28,
  });
  return { seconds: pcm.length / 2 / rate, rate };
}

async function bodyOf(serving: Serving, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${serving.url}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { response, answer: (await response.json()) as { error: Record<string, unknown> } };
}

const valid = { model: 'gpt-4o-mini-tts', input: '你好，世界。', voice: 'alloy' };

test("OpenAI's client speaks in every format", async (t) => {
  const serving = await serve(t);
  const client = clientOf(serving);
  const types: Readonly<Record<FormatName, RegExp>> = {
    mp3: /^audio\/mpeg/,
    opus: /^audio\/ogg/,
    aac: /^audio\/aac/,
    flac: /^audio\/flac/,
    wav: /^audio\/wav/,
    pcm: /^audio\/pcm/,
  };
  for (const format of formatNames) {
    const response = await client.audio.speech.create({ ...valid, response_format: format });
    assert.match(response.headers.get('content-type') ?? '', types[format]);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (format === 'pcm') {
      assert.ok(Math.abs(bytes.length / 2 / 24_000 - 0.6) < 0.01, 'pcm is 24 kHz');
      continue;
    }
    const { seconds } = decode(bytes);
    assert.ok(Math.abs(seconds - 0.6) < 0.15, `${format}: ${seconds} s`);
  }
});

test('mp3 is the default, and speed is speed', async (t) => {
  const speaker = new ToneSpeaker();
  const serving = await serve(t, { speaker });
  const response = await clientOf(serving).audio.speech.create({ ...valid, speed: 2 });
  assert.equal(response.headers.get('content-type'), 'audio/mpeg');
  assert.equal(response.headers.get('content-length'), null);
  assert.ok(response.headers.get('x-request-id'));
  await response.arrayBuffer();
  assert.equal(speaker.requests[0]!.rate, 2);
  assert.equal(speaker.requests[0]!.voice, 'tan');
  for (const speed of [0.25, 4]) await clientOf(serving).audio.speech.create({ ...valid, speed });
});

test('the body can be read while it is made', async (t) => {
  const speaker = new ToneSpeaker({ pace: 100 });
  const serving = await serve(t, { speaker });
  const response = await clientOf(serving).audio.speech.create({
    ...valid,
    input: '一。二。三。',
    response_format: 'pcm',
  });
  assert.equal(speaker.chunks, 1);
  const reader = response.body!.getReader();
  assert.ok((await reader.read()).value!.length > 0);
  await reader.cancel();
  await until(() => speaker.active === 0, 'the speaker stops');
});

test('events hold the audio and what it cost', async (t) => {
  const serving = await serve(t);
  const client = clientOf(serving);
  const response = await client.audio.speech.create({ ...valid, response_format: 'pcm', stream_format: 'sse' });
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const events: SpeechEvent[] = [];
  for await (const event of Stream.fromSSEResponse<SpeechEvent>(response, new AbortController())) events.push(event);
  const done = events.pop()!;
  assert.deepEqual(done, {
    type: 'speech.audio.done',
    usage: { input_tokens: 6, output_tokens: 12, total_tokens: 18 },
  });
  assert.ok(events.length > 0 && events.every(({ type }) => type === 'speech.audio.delta'));
  const audio = Buffer.concat(events.map((event) => Buffer.from(event.audio!, 'base64')));
  const plain = await client.audio.speech.create({ ...valid, response_format: 'pcm' });
  assert.ok(audio.equals(Buffer.from(await plain.arrayBuffer())));
});

test('a failure half way is an error of the client, in events and in bytes', async (t) => {
  const speaker = new ToneSpeaker({ failAt: { sentence: 1, error: new LangduError('worker_lost') } });
  const client = clientOf(await serve(t, { speaker }));
  const body = { ...valid, input: '一。二。', response_format: 'pcm' } as const;
  const events = await client.audio.speech.create({ ...body, stream_format: 'sse' });
  await assert.rejects(
    async () => {
      for await (const _event of Stream.fromSSEResponse(events, new AbortController()));
    },
    (error) => error instanceof OpenAI.APIError && error.code === 'worker_lost' && error.type === 'server_error',
  );
  const bytes = await client.audio.speech.create(body);
  await assert.rejects(bytes.arrayBuffer());
});

test("errors are the client's own classes, with their request id", async (t) => {
  const serving = await serve(t, { settings: { openaiMaxInput: 20 } });
  const client = clientOf(serving);
  const cases = [
    [{ ...valid, input: '' }, OpenAI.BadRequestError, 'empty_string', 'input'],
    [{ ...valid, input: '长'.repeat(21) }, OpenAI.BadRequestError, 'string_above_max_length', 'input'],
    [{ ...valid, model: 'gpt-9' }, OpenAI.NotFoundError, 'model_not_found', 'model'],
    [{ ...valid, voice: 'nobody' }, OpenAI.BadRequestError, 'invalid_value', 'voice'],
    [{ ...valid, voice: { id: 'nobody' } }, OpenAI.BadRequestError, 'invalid_value', 'voice'],
    [{ ...valid, voice: 5 }, OpenAI.BadRequestError, 'invalid_type', 'voice'],
    [{ ...valid, voice: { name: 'tan' } }, OpenAI.BadRequestError, 'invalid_type', 'voice'],
    [{ ...valid, response_format: 'ogg' }, OpenAI.BadRequestError, 'invalid_value', 'response_format'],
    [{ ...valid, speed: 0.2 }, OpenAI.BadRequestError, 'parameter_out_of_range', 'speed'],
    [{ ...valid, speed: 4.1 }, OpenAI.BadRequestError, 'parameter_out_of_range', 'speed'],
    [{ ...valid, speed: '1' }, OpenAI.BadRequestError, 'invalid_type', 'speed'],
    [{ ...valid, speed: 1, rate: 1 }, OpenAI.BadRequestError, 'fields_conflict', null],
    [{ ...valid, stream_format: 'ws' }, OpenAI.BadRequestError, 'invalid_value', 'stream_format'],
    [{ ...valid, model: 'tts-1', stream_format: 'sse' }, OpenAI.BadRequestError, 'invalid_value', 'stream_format'],
    [{ ...valid, emotion: 'bored' }, OpenAI.BadRequestError, 'emotion_unknown', 'emotion'],
    [{ ...valid, language: 'zh' }, OpenAI.BadRequestError, 'unknown_parameter', 'language'],
    [{ ...valid, instructions: 'x'.repeat(4097) }, OpenAI.BadRequestError, 'string_above_max_length', 'instructions'],
    [{ ...valid, instructions: 'Speak slowly.' }, OpenAI.BadRequestError, 'instructions_unsupported', 'instructions'],
    [{ input: 'x', voice: 'tan' }, OpenAI.BadRequestError, 'missing_required_parameter', 'model'],
    [{ model: 'tts-1', voice: 'tan' }, OpenAI.BadRequestError, 'missing_required_parameter', 'input'],
    [{ model: 'tts-1', input: 'x' }, OpenAI.BadRequestError, 'missing_required_parameter', 'voice'],
  ] as const;
  for (const [body, type, code, param] of cases) {
    // biome-ignore lint/suspicious/noExplicitAny: what the types forbid is what is tried
    await assert.rejects(client.audio.speech.create(body as any), (error: unknown) => {
      assert.ok(error instanceof type, `${JSON.stringify(body)}: ${error}`);
      assert.deepEqual([error.code, error.param, error.type], [code, param, 'invalid_request_error']);
      assert.ok(error.requestID);
      return true;
    });
  }
});

test('a server that is busy or failing is told apart', async (t) => {
  const busy = new LangduError('overloaded', { retryAfter: 7 });
  for (const [error, status, code] of [
    [busy, 503, 'overloaded'],
    [new Error('unforeseen'), 500, 'internal'],
  ] as const) {
    const serving = await serve(t, { speaker: new ToneSpeaker({ failAt: { sentence: 0, error } }), mayFail: true });
    await assert.rejects(clientOf(serving).audio.speech.create(valid), (thrown: unknown) => {
      assert.ok(thrown instanceof OpenAI.InternalServerError);
      assert.deepEqual([thrown.status, thrown.code, thrown.type], [status, code, 'server_error']);
      assert.equal(thrown.headers?.get('retry-after'), error === busy ? '7' : null);
      return true;
    });
  }
});

test('every failure below /v1 has the shape of an error of OpenAI', async (t) => {
  const serving = await serve(t);
  const { url, port } = serving;
  const cases: readonly [method: string, path: string, body: string | undefined, status: number, code: string][] = [
    ['GET', '/v1', undefined, 404, 'unknown_url'],
    ['GET', '/v1/nowhere', undefined, 404, 'unknown_url'],
    ['POST', '/v1/chat/completions', '{}', 404, 'unknown_url'],
    ['GET', '/v1/audio/speech', undefined, 405, 'method_not_supported'],
    ['POST', '/v1/models', '{}', 405, 'method_not_supported'],
    ['GET', '/v1/models/gpt-9', undefined, 404, 'model_not_found'],
    ['POST', '/v1/audio/speech', '{"model"', 400, 'json_invalid'],
    ['POST', '/v1/audio/speech', '[]', 400, 'invalid_type'],
    ['POST', '/v1/audio/speech', ' '.repeat(200_000), 413, 'body_too_large'],
  ];
  for (const [method, path, body, status, code] of cases) {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    assert.deepEqual([response.status, error.code], [status, code], `${method} ${path}`);
    assert.deepEqual(Object.keys(error), ['message', 'type', 'param', 'code']);
    assert.equal(error.type, 'invalid_request_error');
    assert.ok(response.headers.get('x-request-id'));
    assert.equal(response.headers.get('content-language'), 'en');
  }
  const { status, body } = parse(
    await raw(
      port,
      'POST /v1/audio/speech HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: 1\r\n\r\n{',
    ),
  );
  assert.deepEqual([status, JSON.parse(body).error.code], [415, 'media_type_unsupported']);
  const chinese = await bodyOf(serving, { ...valid, input: ' ' }, { 'accept-language': 'zh' });
  assert.equal(chinese.answer.error.message, '请输入有效文本');
  const english = await bodyOf(serving, { ...valid, input: ' ' }, { 'accept-language': '*' });
  assert.equal(english.answer.error.message, 'Enter some text to speak.');
});

test('a voice is ours, an alias, or the default under a name of OpenAI', async (t) => {
  const speaker = new ToneSpeaker();
  const voiceAliases = new Map([
    ['nova', 'flute'],
    ['小笛', 'flute'],
  ]);
  const serving = await serve(t, { speaker, settings: { voiceAliases } });
  const client = clientOf(serving);
  const expected: readonly [OpenAI.Audio.SpeechCreateParams['voice'], string][] = [
    ['alloy', 'tan'],
    ['cedar', 'tan'],
    ['tan', 'tan'],
    ['flute', 'flute'],
    ['nova', 'flute'],
    ['小笛', 'flute'],
  ];
  for (const [voice, spoken] of expected) {
    const response = await client.audio.speech.create({ ...valid, voice });
    assert.equal(response.headers.get('x-langdu-voice'), spoken, String(voice));
  }
  const byId = await bodyOf(serving, { ...valid, voice: { id: 'nobody' } });
  assert.match(String(byId.answer.error.message), /flute, tan, nova, 小笛/);
  const listed = (await (await fetch(`${serving.url}/v1/audio/voices`)).json()) as { voices: { id: string }[] };
  assert.deepEqual(
    listed.voices.map(({ id }) => id),
    ['flute', 'tan', 'nova', '小笛'],
  );
});

test('an alias of a voice that is not there, or named as another is, stops the start', async (t) => {
  for (const [alias, voice, said] of [
    ['nova', 'ghost', /LANGDU_VOICE_ALIASES=nova=ghost \(one of flute, tan\)/],
    ['tan', 'flute', /LANGDU_VOICE_ALIASES=tan=flute \(tan is a voice itself\)/],
  ] as const) {
    const settings = { voiceAliases: new Map([[alias, voice]]) };
    await assert.rejects(serve(t, { settings }), { code: 'config_invalid', message: said });
  }
});

test('models are listed, and any may be named where the settings say so', async (t) => {
  const client = clientOf(await serve(t));
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.deepEqual(names, ['langdu', 'tts-1', 'tts-1-hd', 'gpt-4o-mini-tts', 'gpt-4o-mini-tts-2025-12-15']);
  const model = await client.models.retrieve('tts-1');
  assert.deepEqual([model.id, model.object, model.owned_by], ['tts-1', 'model', 'langdu']);
  await assert.rejects(client.models.retrieve('gpt-9'), OpenAI.NotFoundError);
  for (const name of names) await client.audio.speech.create({ ...valid, model: name });
  const any = clientOf(await serve(t, { settings: { openaiModels: 'any' } }));
  await any.audio.speech.create({ ...valid, model: 'kokoro' });
});

test('instructions name an emotion, and ours are fields of their own', async (t) => {
  const speaker = new ToneSpeaker();
  const client = clientOf(await serve(t, { speaker }));
  await client.audio.speech.create({ ...valid, instructions: 'Speak in a very cheerful and positive tone.' });
  await client.audio.speech.create({ ...valid, instructions: '' });
  const ours = {
    ...valid,
    emotion: 'sad',
    intensity: 0.5,
    rate: 1.5,
    pitch: 1.1,
    seed: 3,
    lexicon: { 银行: 'yin2 hang2' },
  };
  await client.audio.speech.create(ours as OpenAI.Audio.SpeechCreateParams);
  const [named, plain, own] = speaker.requests;
  assert.deepEqual([named!.emotion, named!.intensity], ['happy', 1.5]);
  assert.deepEqual([plain!.emotion, plain!.intensity], [undefined, undefined]);
  assert.deepEqual(
    [own!.emotion, own!.intensity, own!.rate, own!.pitch, own!.seed, own!.lexicon],
    ['sad', 0.5, 1.5, 1.1, 3, '银行\tyin2 hang2'],
  );
});

test("keys and limits are the client's own errors", async (t) => {
  const { url } = await serve(t, { keys: `app: {sha256: ${sha256('secret')}}`, settings: { requestsPerMinute: 1 } });
  const client = (apiKey: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  await assert.rejects(client('wrong').models.list(), (error: unknown) => {
    assert.ok(error instanceof OpenAI.AuthenticationError);
    assert.deepEqual([error.code, error.type], ['invalid_api_key', 'invalid_request_error']);
    return true;
  });
  await client('secret').audio.speech.create(valid);
  await assert.rejects(client('secret').audio.speech.create(valid), (error: unknown) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.code, 'rate_limit_exceeded');
    assert.ok(Number(error.headers?.get('retry-after')) >= 1);
    return true;
  });
});

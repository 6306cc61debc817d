import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import type { JobView } from '../../src/jobs/view.ts';
import { openTestJobs, type TestJobsOptions, waitFor } from '../jobs/opened.ts';
import { readWav } from './read-wav.ts';
import { type Serving, type ServingOptions, serve } from './serving.ts';
import { ToneSpeaker } from './tone-speaker.ts';

interface JobServer extends Serving {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  accept(body: unknown): Promise<JobView>;
  ended(id: string): Promise<JobView>;
}

async function open(
  t: TestContext,
  options: Partial<TestJobsOptions> = {},
  more: Pick<ServingOptions, 'settings' | 'policy'> = {},
): Promise<JobServer> {
  const speaker = new ToneSpeaker();
  const { jobs, results } = await openTestJobs(t, { speaker, ...options });
  const serving = await serve(t, { speaker, results, jobs, ...more });
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(serving.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const accept = async (body: unknown): Promise<JobView> => {
    const response = await send('POST', '/api/jobs', body);
    assert.equal(response.status, 202, await response.clone().text());
    return (await response.json()) as JobView;
  };
  const ended = (id: string) =>
    waitFor(
      async () => (await (await send('GET', `/api/jobs/${id}`)).json()) as JobView,
      ({ state }) => state !== 'queued' && state !== 'running',
    );
  return { ...serving, send, accept, ended };
}

const idle = { settings: { jobSlots: 0 } };
const slow = { speaker: new ToneSpeaker({ pace: 150 }) };
const TEXT = '你好。今天天气不错。我们去公园散步吧！';

suite('jobs over HTTP', () => {
  test('POST /api/tts_async answers as the service before ours, and the audio is that of speech', async (t) => {
    const server = await open(t);
    const response = await server.send('POST', '/api/tts_async', { text: TEXT });
    assert.equal(response.status, 202);
    const answer = (await response.json()) as { task_id: string };
    assert.deepEqual(Object.keys(answer), ['task_id']);
    assert.match(answer.task_id, /^[0-9a-f-]{36}$/);
    assert.equal(response.headers.get('location'), `/api/jobs/${answer.task_id}`);
    const job = await server.ended(answer.task_id);
    assert.equal(job.state, 'done');
    assert.deepEqual(job.sentences, { done: 3, total: 3 });
    const made = Buffer.from(await (await server.send('GET', job.audio_url!)).arrayBuffer());
    const { audio_url } = (await (await server.post({ text: TEXT })).json()) as { audio_url: string };
    const spoken = Buffer.from(await (await server.send('GET', audio_url)).arrayBuffer());
    assert.deepEqual(made, spoken);
  });

  test('speaks items one after the other, with a gap', async (t) => {
    const server = await open(t);
    const items = [
      { text: '一二三。', title: '壹' },
      { text: '四五。', rate: 2 },
    ];
    const { task_id } = await server.accept({ items, gap: 0.25, voice: 'tan' });
    const job = await server.ended(task_id);
    assert.equal(job.items, 2);
    assert.equal(job.characters, 7);
    const wav = readWav(Buffer.from(await (await server.send('GET', job.audio_url!)).arrayBuffer()));
    assert.equal(wav.samples.length, (0.4 + 0.25 + 0.15) * 16000);
    assert.deepEqual(
      [...wav.samples.subarray(6400, 10400)].filter((sample) => sample !== 0),
      [],
    );
  });

  test('has subtitles of items in one text and one time, with titles as chapters', async (t) => {
    const server = await open(t);
    const items = [{ text: '一二三。', title: '壹' }, { text: '四。' }, { text: '五六。', title: '叁' }];
    const { task_id } = await server.accept({ items, gap: 0.25 });
    const { subtitles_url } = await server.ended(task_id);
    const response = await server.send('GET', `${subtitles_url}?download=book`);
    assert.match(response.headers.get('content-type')!, /^application\/json/);
    assert.match(response.headers.get('content-disposition')!, /filename="book\.json"/);
    const json = JSON.parse(await response.text());
    assert.deepEqual(
      json.sentences.map(({ text, start, end, from, to }: Record<string, unknown>) => [text, start, end, from, to]),
      [
        ['一二三。', 0, 4, 0, 0.4],
        ['四。', 6, 8, 0.65, 0.85],
        ['五六。', 10, 13, 1.1, 1.4],
      ],
    );
    assert.deepEqual(json.sentences[2].words[1], { text: '六', start: 11, end: 12, from: 1.2, to: 1.3 });
    assert.deepEqual(json.chapters, [
      { title: '壹', start: 0, end: 6, from: 0, to: 0.65 },
      { title: '叁', start: 10, end: 13, from: 1.1, to: 1.4 },
    ]);
    assert.equal(json.duration, 1.4);
    const srt = await (await server.send('GET', `${subtitles_url}?format=srt`)).text();
    assert.match(srt, /^1\n00:00:00,000 --> .*\n一二三。\n\n2\n00:00:00,650 --> /);
    const vtt = await server.send('GET', `${subtitles_url}?format=vtt`);
    assert.match(vtt.headers.get('content-type')!, /^text\/vtt/);
    assert.match(await vtt.text(), /^WEBVTT\n\n1\n00:00:00\.000 --> /);
    const head = await server.send('HEAD', subtitles_url!);
    assert.deepEqual([head.status, await head.text()], [200, '']);
  });

  test('keeps what holds for all items once, and says it to each as it is spoken', async (t) => {
    const speaker = new ToneSpeaker();
    const { jobs, results, ended } = await openTestJobs(t, { speaker });
    const { url } = await serve(t, { speaker, results, jobs });
    const lexicon = { 阿里: 'a1 li3' };
    const items = [
      { text: '一。' },
      { text: '二。', voice: 'tan', rate: 2 },
      { text: '三。', lexicon: { 三: 'san1' } },
    ];
    const response = await fetch(`${url}/api/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ items, lexicon, rate: 0.5, emotion: 'happy' }),
    });
    const { task_id } = (await response.json()) as JobView;
    const request = await jobs.request(task_id);
    assert.deepEqual(request?.controls, { voice: 'tan', emotion: 'happy', rate: 0.5, lexicon: '阿里\ta1 li3' });
    assert.deepEqual(request?.items, [...items.slice(0, 2), { text: '三。', lexicon: '三\tsan1' }]);
    await ended(task_id);
    assert.deepEqual(
      speaker.requests.map(({ text, voice, rate, emotion, lexicon: words }) => [text, voice, rate, emotion, words]),
      [
        ['一。', 'tan', 0.5, 'happy', '阿里\ta1 li3'],
        ['二。', 'tan', 2, 'happy', '阿里\ta1 li3'],
        ['三。', 'tan', 0.5, 'happy', '三\tsan1'],
      ],
    );
  });

  test('serves finished audio whole, in ranges, and for download', async (t) => {
    const server = await open(t);
    const { task_id } = await server.accept({ text: TEXT });
    const { audio_url, bytes } = await server.ended(task_id);
    const whole = await server.send('GET', audio_url!);
    assert.equal(whole.headers.get('content-type'), 'audio/wav');
    assert.equal(Number(whole.headers.get('content-length')), bytes);
    const body = Buffer.from(await whole.arrayBuffer());
    const part = await server.send('GET', audio_url!, undefined, { range: 'bytes=100-199' });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), body.subarray(100, 200));
    const etag = whole.headers.get('etag')!;
    assert.equal((await server.send('GET', audio_url!, undefined, { 'if-none-match': etag })).status, 304);
    const saved = await server.send('GET', `${audio_url}?download=book`);
    assert.match(saved.headers.get('content-disposition')!, /filename="book\.wav"/);
    await saved.arrayBuffer();
    const head = await server.send('HEAD', audio_url!);
    assert.equal(Number(head.headers.get('content-length')), bytes);
    const link = (await (await server.send('GET', `/api/jobs/${task_id}/link`)).json()) as { audio_url: string };
    assert.match(link.audio_url, /^\/audio\//);
    assert.deepEqual(Buffer.from(await (await server.send('GET', link.audio_url)).arrayBuffer()), body);
  });

  test('streams the audio of a job that is under way', async (t) => {
    const server = await open(t, slow);
    const { task_id } = await server.accept({ text: TEXT });
    const growing = await server.send('GET', `/api/jobs/${task_id}/audio`);
    assert.equal(growing.headers.get('content-length'), null);
    assert.match(growing.headers.get('x-langdu-job-state')!, /queued|running/);
    const heard = Buffer.from(await growing.arrayBuffer());
    const { audio_url } = await server.ended(task_id);
    const file = Buffer.from(await (await server.send('GET', audio_url!)).arrayBuffer());
    assert.deepEqual(heard.subarray(44), file.subarray(44));
  });

  test('breaks off the stream of a job that is cancelled', async (t) => {
    const server = await open(t, slow);
    const { task_id } = await server.accept({ text: TEXT.repeat(20) });
    const growing = await server.send('GET', `/api/jobs/${task_id}/audio`);
    const broken = assert.rejects(growing.arrayBuffer());
    const cancelled = await server.send('DELETE', `/api/jobs/${task_id}`);
    assert.equal(cancelled.status, 200);
    assert.equal(((await cancelled.json()) as JobView).state, 'cancelled');
    await broken;
    for (const what of ['audio', 'link']) {
      const audio = await server.send('GET', `/api/jobs/${task_id}/${what}`);
      assert.equal(audio.status, 409);
      assert.equal(((await audio.json()) as { code: string }).code, 'job_without_audio');
    }
  });

  test('tells progress as server-sent events, up to the end', async (t) => {
    const server = await open(t, slow);
    const { task_id } = await server.accept({ text: TEXT });
    const response = await server.send('GET', `/api/jobs/${task_id}/events`);
    assert.match(response.headers.get('content-type')!, /^text\/event-stream/);
    const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('event:'));
    const names = events.map((event) => /^event: (\w+)/.exec(event)![1]);
    const views = events.map((event) => JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as JobView);
    assert.equal(names.at(-1), 'done');
    assert.deepEqual(new Set(names.slice(0, -1)), new Set(['progress']));
    const done = views.map(({ sentences }) => sentences.done);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.equal(done.at(-1), 3);
    assert.ok(done.some((count) => count > 0 && count < 3));
  });

  test('tells progress over a WebSocket, and closes it at the end', async (t) => {
    const server = await open(t, slow);
    const { task_id } = await server.accept({ text: TEXT });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/jobs/${task_id}/ws`);
    const views: JobView[] = [];
    socket.on('message', (data: Buffer) => views.push(JSON.parse(data.toString()) as JobView));
    const code = await new Promise((resolve) => socket.on('close', resolve));
    assert.equal(code, 1000);
    assert.equal(views.at(-1)?.state, 'done');
    assert.ok(views.length >= 3);
  });

  test('refuses a WebSocket of a job that is not there', async (t) => {
    const server = await open(t, idle);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/jobs/nothing/ws`);
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    assert.match(error.message, /404/);
  });

  test("lists the caller's jobs, the newest first", async (t) => {
    const server = await open(t, idle);
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.unshift((await server.accept({ text: TEXT })).task_id);
    const list = async (query: string) => {
      const { jobs } = (await (await server.send('GET', `/api/jobs${query}`)).json()) as { jobs: JobView[] };
      return jobs.map(({ task_id }) => task_id);
    };
    assert.deepEqual(await list(''), ids);
    assert.deepEqual(await list('?limit=1'), ids.slice(0, 1));
    assert.deepEqual(await list(`?before=${ids[0]}`), ids.slice(1));
    assert.deepEqual(await list('?state=done'), []);
    await server.send('DELETE', `/api/jobs/${ids[1]}`);
    assert.deepEqual(await list('?state=cancelled'), [ids[1]]);
  });

  test('gives the same job for the same key, and refuses another request under it', async (t) => {
    const server = await open(t, idle);
    const body = { text: TEXT, idempotency_key: 'k 1' };
    const { task_id } = await server.accept(body);
    const again = await server.send('POST', '/api/jobs', body);
    assert.equal(again.status, 200);
    assert.equal(((await again.json()) as JobView).task_id, task_id);
    const plain = await server.send('POST', '/api/tts_async', body);
    assert.deepEqual([plain.status, await plain.json()], [202, { task_id }]);
    const other = await server.send('POST', '/api/jobs', { ...body, text: '别的。' });
    assert.equal(other.status, 409);
    assert.equal(((await other.json()) as { code: string }).code, 'idempotency_conflict');
    const half = await server.send('POST', '/api/jobs', { ...body, idempotency_key: '\ud800' });
    assert.deepEqual([half.status, ((await half.json()) as { code: string }).code], [400, 'request_invalid']);
  });

  test('charges a job once, however often it is sent with its key', async (t) => {
    const server = await open(t, idle, { settings: { charactersPerMinute: TEXT.length + 1 } });
    const body = { text: TEXT, idempotency_key: 'k 1' };
    const first = await server.send('POST', '/api/jobs', body);
    assert.deepEqual([first.status, first.headers.get('x-ratelimit-remaining-tokens')], [202, '1']);
    const { task_id } = (await first.json()) as JobView;
    for (const path of ['/api/jobs', '/api/tts_async', '/api/jobs']) {
      const again = await server.send('POST', path, body);
      assert.ok(again.ok, path);
      assert.equal(((await again.json()) as JobView).task_id, task_id);
    }
    // One character is left: what is sent again took none, and a job of its own would take more.
    const other = await server.send('POST', '/api/jobs', { ...body, idempotency_key: 'k 2' });
    assert.deepEqual([other.status, other.headers.get('x-ratelimit-remaining-tokens')], [429, '1']);
    assert.equal((await server.send('POST', '/api/jobs', { text: '早' })).status, 202);
    assert.equal((await server.send('POST', '/api/jobs', body)).status, 200, 'nothing is left, and nothing is needed');
  });

  test('accepts a book, and refuses what is longer', async (t) => {
    const server = await open(t, { settings: { jobSlots: 0 } });
    const book = '这是一本很长的书。'.repeat(2_000_000 / 9 - 1);
    const job = await server.accept({ text: book });
    assert.equal(job.characters, book.length);
    const longer = await server.send('POST', '/api/jobs', { text: '字'.repeat(2_000_001) });
    assert.equal(longer.status, 413);
    assert.equal(((await longer.json()) as { code: string }).code, 'text_too_long');
  });

  for (const [what, body, status, code] of [
    ['no text', {}, 400, 'text_empty'],
    ['text and items', { text: TEXT, items: [{ text: TEXT }] }, 400, 'fields_conflict'],
    ['no items', { items: [] }, 400, 'request_invalid'],
    ['an unknown field', { text: TEXT, speed: 1 }, 400, 'field_unknown'],
    ['an unknown field of an item', { items: [{ text: TEXT, volume: 1 }] }, 400, 'field_unknown'],
    ['an unknown voice', { text: TEXT, voice: 'nobody' }, 404, 'voice_unknown'],
    ['an unknown emotion', { text: TEXT, emotion: 'bored' }, 422, 'emotion_unknown'],
    [
      'voices of different rates',
      {
        items: [
          { text: TEXT, voice: 'tan' },
          { text: TEXT, voice: 'flute' },
        ],
      },
      400,
      'request_invalid',
    ],
    ['a priority beyond 9', { text: TEXT, priority: 10 }, 400, 'parameter_out_of_range'],
    [
      'a callback that could not be signed',
      { text: TEXT, callback_url: 'https://example.com' },
      400,
      'callback_refused',
    ],
    ['an unknown format', { text: TEXT, format: 'ogg' }, 400, 'format_unknown'],
    ['a sample rate that is none', { text: TEXT, format: 'opus', sample_rate: 44100 }, 400, 'sample_rate_unsupported'],
  ] as const) {
    test(`refuses ${what}`, async (t) => {
      const server = await open(t, idle);
      const response = await server.send('POST', '/api/jobs', body);
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [status, code]);
    });
  }

  test('knows nothing of other ids', async (t) => {
    const server = await open(t, idle);
    for (const [method, path] of [
      ['GET', '/api/jobs/nothing'],
      ['DELETE', '/api/jobs/nothing'],
      ['GET', '/api/jobs/nothing/audio'],
      ['GET', '/api/jobs/nothing/link'],
      ['GET', '/api/jobs/nothing/events'],
      ['GET', '/api/jobs/nothing/subtitles'],
    ] as const) {
      const response = await server.send(method, path);
      assert.equal(response.status, 404, path);
      assert.equal(((await response.json()) as { code: string }).code, 'job_not_found');
    }
  });
});

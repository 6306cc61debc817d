import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { UsageLog } from '../../src/server/access/usage-log.ts';
import { until } from '../until.ts';
import { serve, sha256 } from './serving.ts';
import { ToneSpeaker } from './tone-speaker.ts';

const SECRET = '不可外传的私密内容';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-spoken-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function linesOf(folder: string): Promise<Record<string, unknown>[]> {
  const files = (await readdir(folder)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  );
}

test('what was spoken is in the log, the metrics and the usage log, by key', async (t) => {
  const folder = await folderOf(t);
  const usageLog = join(folder, 'usage');
  const { url, post, log } = await serve(t, { keys: `app: {sha256: ${sha256('k')}}`, settings: { usageLog } });
  const headers = { 'x-api-key': 'k', 'x-request-id': 'one' };
  assert.equal((await post({ text: '一二三。四五', voice: 'flute' }, headers)).status, 200);
  await until(() => log.some((line) => line.requestId === 'one' && line.msg === 'request'), 'it is logged');
  const line = log.find((each) => each.requestId === 'one' && each.msg === 'request')!;
  assert.deepEqual(
    [line.key, line.voice, line.lane, line.characters, line.audioSeconds, line.status],
    ['app', 'flute', 'interactive', 6, 0.6, 200],
  );
  assert.ok(Number(line.firstAudioMs) > 0 && Number(line.firstAudioMs) <= Number(line.ms));
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const wanted of [
    'langdu_characters_total{lane="interactive",voice="flute"} 6',
    'langdu_key_characters_total{key="app"} 6',
    'langdu_http_requests_total{route="/api/tts",method="POST",status="200"} 1',
  ]) {
    assert.ok(metrics.split('\n').includes(wanted), wanted);
  }
  assert.match(metrics, /^langdu_key_audio_seconds_total\{key="app"\} 0\.6/m);
  assert.match(metrics, /^langdu_audio_bytes_total\{format="wav"\} 9\d{3}$/m);
  await until(async () => (await readdir(usageLog).catch(() => [])).length === 1, 'it is written');
  await until(async () => (await linesOf(usageLog)).length === 1, 'it is written whole');
  const [usage] = await linesOf(usageLog);
  assert.ok(Date.parse(String(usage!.time)) > 0);
  assert.deepEqual(
    { ...usage, time: '' },
    {
      time: '',
      requestId: 'one',
      key: 'app',
      route: '/api/tts',
      voice: 'flute',
      lane: 'interactive',
      characters: 6,
      audioSeconds: 0.6,
      status: 200,
    },
  );
});

test('a minute has so many characters, and a text longer than that takes all of it', async (t) => {
  const { post } = await serve(t, { settings: { charactersPerMinute: 10 } });
  const first = await post({ text: '一二三四五六' });
  assert.equal(first.status, 200);
  assert.equal(first.headers.get('x-ratelimit-limit-tokens'), '10');
  assert.equal(first.headers.get('x-ratelimit-remaining-tokens'), '4');
  const refused = await post({ text: '一二三四五' });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal(refused.headers.get('x-ratelimit-remaining-tokens'), '4', 'what was refused is not counted');
  assert.equal((await post({ text: '一二三四' })).status, 200);
  const { post: other } = await serve(t, { settings: { charactersPerMinute: 10 } });
  assert.equal((await other({ text: '一二三四五六七八九十一二' })).status, 200);
  assert.equal((await other({ text: '一' })).status, 429);
});

test('a key speaks only in its lanes', async (t) => {
  const { post } = await serve(t, { keys: `app: {sha256: ${sha256('k')}, lanes: [batch]}` });
  const refused = await post({ text: '好' }, { 'x-api-key': 'k' });
  assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [403, 'lane_forbidden']);
});

test('no text is in the log, at any level, whatever happens to the request', async (t) => {
  for (const level of ['trace', 'info']) {
    const failing = new ToneSpeaker({ failAt: { sentence: 1, error: new Error('it broke') } });
    const { post, url, log } = await serve(t, { level, speaker: failing, mayFail: true, maxText: 60 });
    const json = (body: object) => JSON.stringify(body);
    const bodies = [
      json({ text: SECRET }),
      json({ text: `${SECRET}。${SECRET}` }),
      json({ text: SECRET.repeat(20) }),
      json({ text: SECRET, voice: SECRET }),
      json({ text: SECRET, emotion: SECRET }),
      json({ text: SECRET, rate: SECRET }),
      json({ text: SECRET, [SECRET]: 1 }),
      json({ text: { a: SECRET } }),
      `{"text": "${SECRET}`,
      `{"text": ${SECRET}}`,
      `{"text": "${SECRET}\\ud800"}`,
    ];
    for (const body of bodies) await post(body);
    const query = `text=${encodeURIComponent(SECRET)}`;
    for (const path of ['/api/tts', '/api/tts/stream', `/${encodeURIComponent(SECRET)}`])
      await fetch(`${url}${path}?${query}`);
    await until(() => log.filter((line) => line.msg === 'request').length >= bodies.length + 3, 'all are logged');
    const written = JSON.stringify(log);
    assert.doesNotMatch(written, /私密/);
    assert.ok(!written.includes(encodeURIComponent('私密')));
  }
});

test('an operator who wants texts in the log gets as much of each as configured', async (t) => {
  const { post, log } = await serve(t, { settings: { logText: 3 } });
  await post({ text: '😀二三四五' });
  await until(() => log.some((line) => line.msg === 'request'), 'it is logged');
  assert.equal(log.find((line) => line.msg === 'request')!.text, '😀二三');
});

test('a usage log that cannot be written costs lines, not answers, and goes on when it can', async (t) => {
  const folder = await folderOf(t);
  const said: string[] = [];
  const usage = new UsageLog(
    join(folder, 'file', 'usage'),
    createLog('info', { write: (line) => void said.push(line) }),
  );
  const line = {
    requestId: 'x',
    key: null,
    route: '/',
    voice: 'tan',
    lane: 'interactive',
    characters: 1,
    audioSeconds: 1,
    status: 200,
  };
  await writeFile(join(folder, 'file'), '');
  usage.record({ ...line, time: '2026-01-01T00:00:00Z' });
  usage.record({ ...line, time: '2026-01-01T00:00:01Z' });
  await until(() => said.length > 0, 'it is said');
  await rm(join(folder, 'file'));
  await until(async () => {
    usage.record({ ...line, time: '2026-01-01T23:59:59Z' });
    return (await readdir(join(folder, 'file', 'usage')).catch(() => [])).length > 0;
  }, 'it is written again');
  usage.record({ ...line, time: '2026-01-02T00:00:00Z' });
  await usage.close();
  assert.equal(said.length, 1, 'once a minute, not once a line');
  assert.deepEqual((await readdir(join(folder, 'file', 'usage'))).sort(), [
    'usage-2026-01-01.jsonl',
    'usage-2026-01-02.jsonl',
  ]);
});

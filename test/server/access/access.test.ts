import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../until.ts';
import { KEYS, type Serving, serve, sha256 } from '../serving.ts';
import { ToneSpeaker } from '../tone-speaker.ts';

async function refusalOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { code: string }).code];
}

function voices(serving: Serving, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${serving.url}/api/voices`, { headers });
}

test('with keys, work needs one; the page, the health and the metrics do not', async (t) => {
  const serving = await serve(t, { keys: `app: {sha256: ${sha256('secret')}}` });
  const missing = await voices(serving);
  assert.equal(missing.headers.get('www-authenticate'), 'Bearer');
  assert.deepEqual(await refusalOf(missing), [401, 'key_missing']);
  for (const headers of [{ authorization: 'Bearer wrong' }, { 'x-api-key': 'secret ' + 'x' }]) {
    assert.deepEqual(await refusalOf(await voices(serving, headers)), [401, 'key_wrong']);
  }
  for (const headers of [{ authorization: 'Basic secret' }, { authorization: 'Bearer' }, { 'x-api-key': '' }]) {
    assert.deepEqual(await refusalOf(await voices(serving, headers)), [401, 'key_missing']);
  }
  assert.equal((await voices(serving, { authorization: 'Bearer secret' })).status, 200);
  assert.equal((await voices(serving, { 'x-api-key': 'secret' })).status, 200);
  assert.deepEqual(await refusalOf(await serving.post({ text: '好' })), [401, 'key_missing']);
  assert.equal((await serving.post({ text: '好' }, { 'x-api-key': 'secret' })).status, 200);
  for (const path of ['/', '/healthz', '/metrics']) assert.equal((await fetch(serving.url + path)).status, 200, path);
  assert.doesNotMatch(JSON.stringify(serving.log), /secret/);
});

test('keys follow their file, and stay when it becomes wrong', async (t) => {
  const serving = await serve(t, { keys: `app: {sha256: ${sha256('old')}}`, mayFail: true });
  const keys = join(serving.folder, KEYS);
  const status = async (key: string) => (await voices(serving, { 'x-api-key': key })).status;
  assert.deepEqual([await status('old'), await status('new')], [200, 401]);
  await writeFile(`${keys}.next`, `app: {sha256: ${sha256('new')}}`);
  await rename(`${keys}.next`, keys);
  await until(async () => (await status('new')) === 200, 'the new key is known');
  assert.equal(await status('old'), 401);
  await writeFile(keys, 'app: {sha256: nonsense}');
  await until(() => serving.log.some((line) => /old ones stay/.test(String(line.msg))), 'it is said');
  assert.equal(await status('new'), 200);
});

test('a minute has so many requests, and the headers say what is left', async (t) => {
  const serving = await serve(t, { settings: { requestsPerMinute: 3 } });
  for (const remaining of ['2', '1', '0']) {
    const response = await voices(serving);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-ratelimit-limit-requests'), '3');
    assert.equal(response.headers.get('x-ratelimit-remaining-requests'), remaining);
    assert.match(response.headers.get('x-ratelimit-reset-requests') ?? '', /^(1m0s|5\ds)$/);
  }
  const refused = await voices(serving);
  const wait = Number(refused.headers.get('retry-after'));
  assert.ok(wait > 50 && wait <= 60, `${wait} s`);
  assert.equal(refused.headers.get('x-ratelimit-remaining-requests'), '0');
  assert.deepEqual(await refusalOf(refused), [429, 'rate_limited']);
  assert.equal((await fetch(`${serving.url}/healthz`)).status, 200);
});

test('each key has its own minute, and its own limit', async (t) => {
  const keys = `one: {sha256: ${sha256('1')}, requestsPerMinute: 1}\ntwo: {sha256: ${sha256('2')}}\n`;
  const serving = await serve(t, { keys, settings: { requestsPerMinute: 2 } });
  const statuses: number[] = [];
  for (const key of ['1', '1', '2', '2', '2']) statuses.push((await voices(serving, { 'x-api-key': key })).status);
  assert.deepEqual(statuses, [200, 429, 200, 200, 429]);
});

test('so many at a time, and a place is free again when its request is over, or its caller gone', async (t) => {
  const speaker = new ToneSpeaker({ pace: 60_000 });
  const serving = await serve(t, { speaker, settings: { concurrent: 2 } });
  const gone = new AbortController();
  const ask = () =>
    fetch(`${serving.url}/api/tts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text": "好"}',
      signal: gone.signal,
    });
  const asked = [ask(), ask()].map((response) => assert.rejects(response));
  await until(() => speaker.active === 2, 'two are under way');
  const refused = await voices(serving);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.deepEqual(await refusalOf(refused), [429, 'too_many_at_once']);
  gone.abort();
  await Promise.all(asked);
  await until(async () => (await voices(serving)).status === 200, 'their places are free');
});

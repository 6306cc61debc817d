import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLanguage } from '../../src/server/plugins/language.ts';
import { until } from '../until.ts';
import { parse, raw, serve } from './serving.ts';

test('voices are listed with what they offer', async (t) => {
  const { url } = await serve(t);
  const { voices, default: standard } = (await (await fetch(`${url}/api/voices`)).json()) as {
    voices: Record<string, unknown>[];
    default: string;
  };
  assert.equal(standard, 'tan');
  assert.deepEqual(
    voices.map(({ name }) => name),
    ['flute', 'tan'],
  );
  const fields = [
    'name',
    'language',
    'sampleRate',
    'speakers',
    'emotions',
    'controls',
    'description',
    'licence',
    'credit',
  ];
  for (const voice of voices) assert.deepEqual(Object.keys(voice), fields);
});

test('health', async (t) => {
  const { url } = await serve(t);
  const response = await fetch(`${url}/healthz`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok' });
});

test('what is not there is 404, what is there for other methods 405', async (t) => {
  const { url } = await serve(t);
  const cases: readonly [method: string, path: string, status: number, allow: string | null][] = [
    ['GET', '/nowhere', 404, null],
    ['POST', '/nowhere', 404, null],
    ['GET', '/api', 404, null],
    ['GET', '/api/tts/', 404, null],
    ['GET', '/API/TTS', 404, null],
    ['GET', '/api/tts', 405, 'POST'],
    ['GET', '/api/tts?text=hello', 405, 'POST'],
    ['PUT', '/api/tts', 405, 'POST'],
    ['OPTIONS', '/api/tts', 405, 'POST'],
    ['POST', '/api/voices', 405, 'GET, HEAD'],
    ['DELETE', '/healthz', 405, 'GET, HEAD'],
    ['DELETE', `/audio/${'0'.repeat(32)}.wav`, 405, 'GET, HEAD'],
    ['POST', '/', 405, 'GET, HEAD'],
  ];
  for (const [method, path, status, allow] of cases) {
    const response = await fetch(url + path, { method });
    const answer = (await response.json()) as { code: string };
    assert.equal(response.status, status, `${method} ${path}`);
    assert.equal(answer.code, status === 404 ? 'not_found' : 'method_not_allowed');
    assert.equal(response.headers.get('allow'), allow, `${method} ${path}`);
    assert.ok(response.headers.get('x-request-id'));
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  }
});

test('what is not HTTP is answered once and cut off', async (t) => {
  const { port, url, server } = await serve(t);
  // How long the rest of a refused body is waited for; Node takes the larger of the two for it.
  server.requestTimeout = 500;
  server.headersTimeout = 500;
  const cases: readonly [bytes: string, status: number, code: string][] = [
    ['nonsense\r\n\r\n', 400, 'http_malformed'],
    ['GET /healthz HTTP/9.9\r\nhost: x\r\n\r\n', 400, 'http_malformed'],
    ['BREW / HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'http_malformed'],
    ['GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n', 400, 'http_malformed'],
    [
      'POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
      'http_malformed',
    ],
    [`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    [`GET / HTTP/1.1\r\nhost: x\r\n${'x-many: a\r\n'.repeat(5000)}\r\n`, 431, 'headers_too_large'],
    [
      'POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n{',
      413,
      'body_too_large',
    ],
  ];
  for (const [bytes, status, code] of cases) {
    const answer = parse(await raw(port, bytes));
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [status, code], bytes.slice(0, 60));
    assert.equal((await fetch(`${url}/healthz`)).status, 200, 'others are served');
  }
  assert.equal(parse(await raw(port, 'GET /healthz HTTP/1.1\r\n\r\n')).status, 400, 'no host');
});

test('a body that never ends is cut off at the limit', async (t) => {
  const { port, url, server } = await serve(t);
  server.requestTimeout = 500;
  server.headersTimeout = 500;
  const head =
    'POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
  const chunk = `10000\r\n${' '.repeat(65536)}\r\n`;
  const answer = parse(await raw(port, head + chunk.repeat(40)));
  assert.equal(answer.status, 413);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('a refused body that came whole ends the connection, where its caller asked for that', {
  timeout: 20_000,
}, async (t) => {
  const { port } = await serve(t, { settings: { idleSeconds: 600 } });
  const head = 'POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 1\r\n';
  const answer = await raw(port, `${head}connection: close\r\n\r\n{`);
  assert.equal(parse(answer).status, 415);
});

test('a request that trickles in is cut off, others are served', async (t) => {
  const { port, url, server } = await serve(t);
  server.requestTimeout = 300;
  server.headersTimeout = 300;
  const head = 'POST /api/tts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n';
  const slow = [`${head}\r\n{"te`, head].map((bytes) => raw(port, bytes));
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  for (const response of slow) {
    const answer = parse(await response);
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [408, 'request_timeout']);
  }
});

test('a request keeps a sane id of its caller, and gets one otherwise', async (t) => {
  const { url, port, log } = await serve(t);
  const kept = await fetch(`${url}/healthz`, { headers: { 'x-request-id': 'a.B-9:_x' } });
  assert.equal(kept.headers.get('x-request-id'), 'a.B-9:_x');
  await until(() => log.some((line) => line.requestId === 'a.B-9:_x'), 'the id is logged');
  for (const id of ['a b', '<x>', 'x'.repeat(129), '你好', '']) {
    const answer = parse(
      await raw(port, `GET /healthz HTTP/1.1\r\nhost: x\r\nx-request-id: ${id}\r\nconnection: close\r\n\r\n`),
    );
    assert.match(answer.head, /x-request-id: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\r\n/);
  }
});

test('the page may load its own files and nothing else', async (t) => {
  const { url } = await serve(t);
  const page = await fetch(`${url}/`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/,
  );
  assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /unsafe|\*/);
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  const html = await page.text();
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style| style=| on\w+=/);
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  assert.ok(assets.length >= 2);
  for (const path of assets) {
    const asset = await fetch(url + path);
    assert.equal(asset.status, 200, path);
    assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
  }
});

test('a page that is not built says how to build it', async (t) => {
  const { url } = await serve(t, { webRoot: '/nonexistent', mayFail: true });
  const response = await fetch(`${url}/`);
  assert.equal(response.status, 503);
  assert.match(await response.text(), /npm run build/);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('Accept-Language', () => {
  const cases: readonly [header: string | undefined, language: 'zh' | 'en'][] = [
    [undefined, 'zh'],
    ['', 'zh'],
    ['*', 'zh'],
    ['en', 'en'],
    ['EN-gb', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-US,en;q=0.9,zh;q=0.8', 'en'],
    ['en;q=0.5,zh;q=0.6', 'zh'],
    ['zh;q=0.5, en;q=0.6', 'en'],
    ['fr', 'zh'],
    ['fr, en;q=0.1', 'en'],
    ['en;q=0', 'zh'],
    ['en;q=x', 'zh'],
    [';;,,;q=', 'zh'],
  ];
  for (const [header, language] of cases) assert.equal(preferredLanguage(header), language, String(header));
});

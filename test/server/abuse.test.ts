import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { catalogue, type ErrorCode } from '../../src/errors.ts';
import { SpeechBody } from '../../src/server/schemas/speech.ts';
import { until } from '../until.ts';
import { parse, raw, serve } from './serving.ts';
import { metricsOf, spawnServer } from './spawn-server.ts';

/** What callers who know no rules send, over real sockets: the right refusal in our shape, and everybody else is served. */

/** That a raw response is one error of ours, and which. */
function refusalOf(response: string): ErrorCode {
  const { status, head, body } = parse(response);
  const { error, code } = JSON.parse(body) as { error: string; code: ErrorCode };
  assert.equal(catalogue[code]?.status, status);
  assert.ok(error.length > 0);
  assert.match(head, /content-type: application\/json; charset=utf-8/);
  assert.match(head, /x-request-id: \S/);
  assert.equal(response.match(/HTTP\/1\.1 /g)?.length, 1, 'one answer, not two');
  return code;
}

const post = (extra: string, body = '') =>
  `POST /api/tts HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n${extra}\r\n\r\n${body}`;

test('requests that two servers could read differently are read by neither', async (t) => {
  const { port, url } = await serve(t);
  const chunked = '5\r\n{"a":\r\n0\r\n\r\nGET /api/voices HTTP/1.1\r\nhost: x\r\n\r\n';
  const cases = [
    post('content-length: 5\r\ntransfer-encoding: chunked', chunked),
    post('transfer-encoding: chunked\r\ncontent-length: 5', chunked),
    post('content-length: 5\r\ncontent-length: 6', '{"a":'),
    post('content-length: 5\r\ncontent-length: 5', '{"a":'),
    post('content-length: +5', '{"a":'),
    post('content-length: -5', '{"a":'),
    post('content-length: 5 5', '{"a":'),
    post('content-length: 0x5', '{"a":'),
    post('content-length: 99999999999999999999', '{"a":'),
    post('transfer-encoding: identity, chunked, identity', chunked),
    post('transfer-encoding: chunked, chunked', chunked),
    post('transfer-encoding : chunked', chunked),
    post('transfer-encoding: chunked', 'zz\r\n{"a":\r\n0\r\n\r\n'),
    post('transfer-encoding: chunked', 'fffffffffffffffff\r\n'),
    post('transfer-encoding: chunked', '5;a\nb\r\n{"a":\r\n0\r\n\r\n'),
    post('x-folded: a\r\n b: c'),
    post('x-null: a\0b'),
    'GET /healthz HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n',
    'GET /healthz HTTP/1.1\r\n\r\n',
    'GET /health\0z HTTP/1.1\r\nhost: x\r\n\r\n',
  ];
  for (const bytes of cases) {
    const response = await raw(port, bytes);
    assert.equal(refusalOf(response), 'http_malformed', JSON.stringify(bytes.slice(0, 160)));
  }
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('what Node would answer itself has our shape', async (t) => {
  const { port } = await serve(t);
  assert.equal(refusalOf(await raw(port, post('expect: a-miracle', '{}'))), 'expectation_failed');
  assert.equal(refusalOf(await raw(port, 'CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n')), 'method_not_allowed');
  const continued = await raw(port, post('expect: 100-continue\r\ncontent-length: 2', '{}'));
  assert.match(continued, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /);
  const upgraded = 'GET /api/voices HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n';
  const socket = connect(port, '127.0.0.1', () => socket.write(upgraded));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  assert.match(answer.toString(), /^HTTP\/1\.1 (200|400) /);
});

test('floods of headers and endless addresses are refused', async (t) => {
  const { port, url } = await serve(t);
  const cases: readonly [bytes: string, code: ErrorCode][] = [
    [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 'headers_too_large'],
    [`GET /?${'a&'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 'headers_too_large'],
    [`GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(100_000)}\r\n`, 'headers_too_large'],
    [`GET / HTTP/1.1\r\nhost: x\r\n${'a'.repeat(1_000_000)}: b\r\n\r\n`, 'headers_too_large'],
    [`GET /${'a'.repeat(8000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 'not_found'],
    [`GET /audio/${'a'.repeat(8000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 'not_found'],
    ['GET /audio/%00%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 'http_malformed'],
    ['GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 'http_malformed'],
    ['GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 'not_found'],
  ];
  for (const [bytes, code] of cases) {
    assert.equal(refusalOf(await raw(port, bytes)), code, bytes.slice(0, 40));
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  }
});

test('bodies that are no JSON of ours are refused', async (t) => {
  const { post: ask } = await serve(t);
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const cases: readonly [body: string | Uint8Array, code: ErrorCode][] = [
    [Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d), 'json_invalid'],
    [Buffer.concat([Buffer.from('{"text": "'), Uint8Array.of(0xc3, 0x28), Buffer.from('"}')]), 'json_invalid'],
    [Uint8Array.of(0xff, 0xfe, 0x7b, 0x00), 'json_invalid'],
    ['', 'json_invalid'],
    ['{"text": "好", "rate": NaN}', 'json_invalid'],
    ['{"text": "好", "rate": Infinity}', 'json_invalid'],
    ['{"text": "好", "rate": 01}', 'json_invalid'],
    ["{'text': '好'}", 'json_invalid'],
    ['{"text": "好"} x', 'json_invalid'],
    ['{"text": "好", "rate": 1e999}', 'field_type'],
    ['{"text": "好", "rate": -1e999}', 'field_type'],
    ['{"text": "好", "rate": "1"}', 'field_type'],
    ['{"text": "好", "rate": null}', 'field_type'],
    ['{"text": "好", "rate": true}', 'field_type'],
    ['{"text": ["好"]}', 'field_type'],
    ['{"text": {"toString": "好"}}', 'field_type'],
    ['null', 'field_type'],
    ['"好"', 'field_type'],
    [nested(5_000), 'field_type'],
    [`{"text": ${nested(4_000)}}`, 'field_type'],
    [`{"text": "好", "x": ${nested(4_000)}}`, 'field_unknown'],
    ['{"text": "好", "__proto__": {"rate": 1}}', 'field_unknown'],
    ['{"text": "好", "constructor": {"prototype": {"rate": 1}}}', 'field_unknown'],
    ['{"text": "好", "toString": 1}', 'field_unknown'],
    ['{"text": "好", "Rate": 1}', 'field_unknown'],
    ['{"text": "\\ud800"}', 'request_invalid'],
    ['{"text": "\\u0000"}', 'text_unspeakable'],
  ];
  for (const [body, code] of cases) {
    const response = await ask(body);
    const answer = (await response.json()) as { code: ErrorCode };
    assert.deepEqual([response.status, answer.code], [catalogue[code].status, code], String(body).slice(0, 60));
  }
  assert.equal(({} as { rate?: unknown }).rate, undefined, 'no prototype was touched');
});

test('every number is taken up to its limits and not past them', async (t) => {
  const { post: ask } = await serve(t);
  const numbers = Object.entries(
    SpeechBody.properties as Record<string, { type?: string; minimum?: number; maximum?: number }>,
  ).filter(([, { type }]) => type === 'number' || type === 'integer');
  assert.ok(numbers.length >= 5);
  for (const [name, { type, minimum, maximum }] of numbers) {
    if (minimum === undefined || maximum === undefined) {
      // A choice of values, which the format decides: none of these is one.
      for (const value of [-1, 0, 1.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER]) {
        const response = await ask({ text: '好', [name]: value });
        assert.equal(response.status, 400, `${name}: ${value}: ${await response.text()}`);
      }
      continue;
    }
    const step = type === 'integer' ? 1 : 1e-9;
    for (const value of [minimum, maximum]) {
      const answer = (await (await ask({ text: '好', [name]: value })).json()) as { code?: string };
      assert.ok(!['parameter_out_of_range', 'field_type'].includes(answer.code ?? ''), `${name}: ${value}`);
    }
    for (const value of [minimum - step, maximum + step, -1e308, 1e308]) {
      const response = await ask({ text: '好', [name]: value });
      assert.equal(response.status, 400, `${name}: ${value}`);
      assert.match(await response.text(), /"code":"(parameter_out_of_range|field_type)"/);
    }
  }
});

test('no method is answered but those that there are', async (t) => {
  const { port } = await serve(t);
  const paths = [
    '/',
    '/api/tts',
    '/api/voices',
    '/healthz',
    '/readyz',
    '/metrics',
    `/audio/${'0'.repeat(32)}.wav`,
    '/nowhere',
  ];
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE', 'M-SEARCH']) {
    for (const path of paths) {
      const code = refusalOf(await raw(port, `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`));
      assert.equal(code, path === '/nowhere' ? 'not_found' : 'method_not_allowed', `${method} ${path}`);
    }
  }
});

test('a hundred megabytes are refused without being kept, however they come', async (t) => {
  const { address, port } = await spawnServer(t);
  const rss = async () => (await metricsOf(address)).get('langdu_memory_bytes{kind="rss"}')!;
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  const framed = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  let before = 0;
  for (let round = 0; round < 4; round += 1) {
    // What reading takes is taken in the first round; what is kept would grow in each.
    if (round === 1) before = await rss();
    const answers = await Promise.all([
      pour(port, post(`content-length: ${100 * 1024 ** 2}`), chunk),
      pour(port, post('transfer-encoding: chunked'), framed, '0\r\n\r\n'),
    ]);
    assert.deepEqual(answers.map(refusalOf), ['body_too_large', 'body_too_large']);
    assert.equal((await fetch(`${address}/healthz`)).status, 200);
  }
  const after = await rss();
  assert.ok(before > 0 && after - before < 48 * 1024 ** 2, `grew by ${(after - before) / 1024 ** 2} MB`);
});

test('bytes that trickle in are cut off in their time, in the head and in the body', async (t) => {
  const { address, port } = await spawnServer(t, { env: { LANGDU_REQUEST_SECONDS: '1' } });
  const slow = [
    trickle(port, 'POST /api/tts HTTP/1.1\r\nhost: x\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
    trickle(port, '{"text": "好好好好好好好好好好好好好好好好"}', post('content-length: 1000')),
  ];
  for (let i = 0; i < 5; i += 1) assert.equal((await fetch(`${address}/api/voices`)).status, 200);
  for (const response of slow) assert.equal(refusalOf(await response), 'request_timeout');
  const busy = async () => (await metricsOf(address)).get('langdu_http_connections{state="busy"}');
  await until(async () => (await busy()) === 1, 'the one that asks is the only one');
});

/** A socket, what the server says on it, and its end. */
function listening(port: number): { socket: Socket; received: Buffer[]; closed: Promise<void> } {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  socket.on('error', () => undefined);
  return { socket, received, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

/** Sends as much as the server takes, up to 100 MB, and what it said. */
async function pour(port: number, head: string, chunk: Uint8Array, last = ''): Promise<string> {
  const { socket, received, closed } = listening(port);
  socket.write(head);
  for (let sent = 0; sent < 100 * 1024 ** 2 && !socket.destroyed && socket.writable; sent += chunk.length) {
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
  }
  socket.end(last);
  await closed;
  return Buffer.concat(received).toString();
}

/** Sends `head` at once, then a byte now and then; what the server said before it closed. */
async function trickle(port: number, bytes: string, head = ''): Promise<string> {
  const { socket, received, closed } = listening(port);
  socket.write(head);
  for (const byte of Buffer.from(bytes)) {
    if (socket.destroyed) break;
    socket.write(Uint8Array.of(byte));
    await Promise.race([delay(200), closed]);
  }
  await closed;
  return Buffer.concat(received).toString();
}

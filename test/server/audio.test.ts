import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { until } from '../until.ts';
import { parse, raw, type Serving, serve } from './serving.ts';

/** A server with one audio, and the audio's bytes. */
async function withAudio(t: TestContext): Promise<Serving & { path: string; name: string; bytes: Buffer }> {
  const serving = await serve(t);
  const { audio_url: path } = (await (await serving.post({ text: '你好，世界。' })).json()) as { audio_url: string };
  const name = path.slice('/audio/'.length);
  return { ...serving, path, name, bytes: await readFile(join(serving.folder, name)) };
}

async function body(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

test('an audio is sent whole, with what a player and a cache need', async (t) => {
  const { url, path, bytes } = await withAudio(t);
  const response = await fetch(url + path);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'audio/wav');
  assert.equal(response.headers.get('content-length'), String(bytes.length));
  assert.equal(response.headers.get('accept-ranges'), 'bytes');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.match(response.headers.get('etag') ?? '', /^"[0-9a-f]{32}"$/);
  assert.ok(Date.parse(response.headers.get('last-modified') ?? '') > 0);
  assert.deepEqual(await body(response), bytes);

  const head = await fetch(url + path, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-length'), String(bytes.length));
  assert.equal((await body(head)).length, 0);

  const etag = response.headers.get('etag')!;
  for (const match of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    assert.equal((await fetch(url + path, { headers: { 'if-none-match': match } })).status, 304, match);
  }
  assert.equal((await fetch(url + path, { headers: { 'if-none-match': '"x"' } })).status, 200);
  assert.equal((await fetch(`${url + path}?t=1`)).status, 200);
});

test('ranges', async (t) => {
  const { url, path, bytes } = await withAudio(t);
  const size = bytes.length;
  const cases: readonly [range: string, start: number, end: number][] = [
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, size - 1],
    ['bytes=44-99', 44, 99],
    ['bytes=100-999999999', 100, size - 1],
    [`bytes=${size - 1}-`, size - 1, size - 1],
    ['bytes=-1', size - 1, size - 1],
    ['bytes=-999999999', 0, size - 1],
    ['BYTES=5-6', 5, 6],
  ];
  for (const [range, start, end] of cases) {
    const response = await fetch(url + path, { headers: { range } });
    assert.equal(response.status, 206, range);
    assert.equal(response.headers.get('content-range'), `bytes ${start}-${end}/${size}`);
    assert.equal(response.headers.get('content-length'), String(end - start + 1));
    assert.deepEqual(await body(response), bytes.subarray(start, end + 1), range);
    const head = await fetch(url + path, { method: 'HEAD', headers: { range } });
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(size)]);
  }
  for (const range of [`bytes=${size}-`, `bytes=${size}-${size + 5}`, 'bytes=-0', 'bytes=99999999999999999999-']) {
    const response = await fetch(url + path, { headers: { range } });
    assert.equal(response.status, 416, range);
    assert.equal(response.headers.get('content-range'), `bytes */${size}`);
    assert.equal(((await response.json()) as { code: string }).code, 'range_unsatisfiable');
  }
  for (const range of ['bytes=5-4', 'bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=0-1,4-5', 'bytes 0-1', '']) {
    const response = await fetch(url + path, { headers: { range } });
    assert.equal(response.status, 200, range);
    assert.equal((await body(response)).length, size);
  }
  const etag = (await fetch(url + path, { method: 'HEAD' })).headers.get('etag')!;
  assert.equal((await fetch(url + path, { headers: { range: 'bytes=0-1', 'if-range': etag } })).status, 206);
  assert.equal((await fetch(url + path, { headers: { range: 'bytes=0-1', 'if-range': '"old"' } })).status, 200);
});

test('a download has the name asked for, made harmless', async (t) => {
  const { url, path } = await withAudio(t);
  const names: readonly [wanted: string, disposition: string][] = [
    ['hello', `attachment; filename="hello.wav"; filename*=UTF-8''hello.wav`],
    ['hello.wav', `attachment; filename="hello.wav"; filename*=UTF-8''hello.wav`],
    ['你好', `attachment; filename="speech.wav"; filename*=UTF-8''%E4%BD%A0%E5%A5%BD.wav`],
    ['../../etc/passwd', `attachment; filename="etcpasswd.wav"; filename*=UTF-8''etcpasswd.wav`],
    ['a"\r\nset-cookie: b', `attachment; filename="aset-cookie b.wav"; filename*=UTF-8''aset-cookie%20b.wav`],
    ['', `attachment; filename="speech.wav"; filename*=UTF-8''speech.wav`],
    ["it's (1)", `attachment; filename="it's (1).wav"; filename*=UTF-8''it%27s%20%281%29.wav`],
  ];
  for (const [wanted, disposition] of names) {
    const response = await fetch(`${url + path}?download=${encodeURIComponent(wanted)}`);
    assert.equal(response.headers.get('content-disposition'), disposition, wanted);
    await response.arrayBuffer();
  }
  const long = await fetch(`${url + path}?download=${encodeURIComponent('长'.repeat(500))}`, { method: 'HEAD' });
  assert.ok(long.headers.get('content-disposition')!.includes(`${'%E9%95%BF'.repeat(80)}.wav`));
  assert.equal((await fetch(`${url + path}?download=a&download=b`)).status, 400);
});

test('nothing but complete audio of the folder can be reached', async (t) => {
  const { port, folder, name } = await withAudio(t);
  const hex = (digit: string): string => digit.repeat(32);
  await writeFile(join(folder, 'notes.txt'), 'hidden bytes');
  await writeFile(join(folder, `${hex('a')}.mpeg34`), 'hidden bytes');
  await writeFile(join(folder, `${hex('b')}.wav.part`), 'hidden bytes');
  await writeFile(join(folder, '..', 'langdu-secret.wav'), 'hidden bytes');
  await symlink('/etc/passwd', join(folder, `${hex('c')}.wav`));
  await symlink(name, join(folder, `${hex('d')}.wav`));
  await mkdir(join(folder, `${hex('e')}.wav`));
  const paths = [
    '/audio/',
    '/audio',
    '/audio/.',
    '/audio/..',
    '/audio/notes.txt',
    `/audio/${hex('a')}.mpeg34`,
    `/audio/${hex('a')}.wav`,
    `/audio/${hex('b')}.wav.part`,
    `/audio/${hex('b')}.wav%2epart`,
    `/audio/${hex('c')}.wav`,
    `/audio/${hex('d')}.wav`,
    `/audio/${hex('e')}.wav`,
    `/audio/${hex('e')}.wav/`,
    `/audio/${hex('f')}.wav`,
    `/audio/${name.toUpperCase()}`,
    `/audio/${name}%00`,
    `/audio/${name}/`,
    `/audio/./${name}`,
    `/audio/x/../${name}`,
    `/audio/${name}%2f`,
    '/audio/../langdu-secret.wav',
    '/audio/..%2flangdu-secret.wav',
    '/audio/%2e%2e%2flangdu-secret.wav',
    '/audio/%2e%2e/langdu-secret.wav',
    '/audio/..%5clangdu-secret.wav',
    '/audio/%252e%252e%252flangdu-secret.wav',
    '/audio/....//langdu-secret.wav',
    '/audio//etc/passwd',
    '/audio/%2fetc%2fpasswd',
    '/audio/../../../../../../etc/passwd',
    '/../etc/passwd',
    '//etc/passwd',
    '/assets/../../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/package.json',
    `/audio/${'a'.repeat(5000)}.wav`,
  ];
  for (const path of paths) {
    const answer = parse(await raw(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`));
    assert.equal(answer.status, 404, path);
    assert.match((JSON.parse(answer.body) as { code: string }).code, /^(audio_)?not_found$/, path);
    assert.doesNotMatch(answer.body, /hidden bytes|root:/);
  }
  for (const path of ['/audio/%', '/audio/%zz.wav', '/audio/%c0%ae%c0%ae%c0%af', '/%ff']) {
    const answer = parse(await raw(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`));
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [400, 'http_malformed'], path);
    assert.match(answer.head, /x-request-id: /);
  }
  const whole = parse(await raw(port, `GET /audio/${name} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`));
  assert.equal(whole.status, 200);
  await rename(join(folder, '..', 'langdu-secret.wav'), join(folder, 'moved.txt'));
});

test('names are never given twice nor in an order', async (t) => {
  const { post } = await serve(t);
  const names = await Promise.all(
    Array.from({ length: 50 }, async () => {
      return ((await (await post({ text: '好' })).json()) as { audio_url: string }).audio_url;
    }),
  );
  assert.equal(new Set(names).size, 50);
  assert.notDeepEqual([...names].sort(), names);
});

test('an audio removed while it is heard is heard to its end', async (t) => {
  const { port, folder, post } = await serve(t, { maxText: 100_000 });
  const answer = await (await post({ text: '长'.repeat(5000) })).json();
  const { audio_url: path } = answer as { audio_url: string };
  const received: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    });
    socket.once('data', (first) => {
      received.push(first);
      socket.pause();
      rm(join(folder, path.slice('/audio/'.length))).then(() => {
        socket.on('data', (data) => received.push(data));
        socket.resume();
      }, reject);
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
  const all = Buffer.concat(received);
  assert.equal(all.length - all.indexOf('\r\n\r\n') - 4, 44 + 5000 * 3200);
});

test('a listener that leaves early leaves no file open', { skip: process.platform !== 'linux' }, async (t) => {
  const { port, folder, post } = await serve(t, { maxText: 100_000 });
  const { audio_url: path } = (await (await post({ text: '长'.repeat(5000) })).json()) as { audio_url: string };
  const opened = async (): Promise<number> => {
    const targets = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    return targets.filter((target) => target.startsWith(folder)).length;
  };
  const headers = ['', 'range: bytes=99999999999-\r\n', 'if-none-match: *\r\n'];
  for (let i = 0; i < 60; i += 1) {
    const socket = connect(port, '127.0.0.1');
    const method = i % 2 === 0 ? 'GET' : 'HEAD';
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\n${headers[i % 3]}\r\n`);
    await once(socket, 'data');
    socket.destroy();
  }
  await until(async () => (await opened()) === 0, 'every file is closed');
});

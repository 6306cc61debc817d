import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { ResultLinks } from '../../src/results/links.ts';
import type { ResultStore } from '../../src/results/store.ts';
import { type Serving, serve } from '../server/serving.ts';
import { until } from '../until.ts';
import { type Place, patterned, write } from './contract.ts';

const SECRET = 'a secret of at least thirty-two characters';

/** How a server gives out the results of a driver, over real HTTP. */
export function httpContract(driver: string, place: (t: TestContext) => Promise<Place>): void {
  async function serving(t: TestContext, settings: object = {}): Promise<Serving & { store: ResultStore }> {
    const store = await (await place(t)).open();
    return { ...(await serve(t, { results: store, settings })), store };
  }

  suite(`/audio from ${driver}`, () => {
    test('ranges and conditions', async (t) => {
      const { url, store } = await serving(t);
      const bytes = patterned(100_000);
      const name = await write(store, bytes, 'mp3');
      const etag = `"${name.slice(0, 32)}"`;
      const size = bytes.length;
      const whole: readonly [headers: Record<string, string>, status: number, start: number, end: number][] = [
        [{}, 200, 0, size],
        [{ range: 'bytes=0-0' }, 206, 0, 1],
        [{ range: 'bytes=99999-' }, 206, 99_999, size],
        [{ range: 'bytes=-5' }, 206, size - 5, size],
        [{ range: 'bytes=10-999999' }, 206, 10, size],
        [{ range: 'bytes=5-4' }, 200, 0, size],
        [{ range: 'bytes=0-1,4-5' }, 200, 0, size],
        [{ range: 'bytes=10-19', 'if-range': etag }, 206, 10, 20],
        [{ range: 'bytes=10-19', 'if-range': `W/${etag}` }, 200, 0, size],
        [{ range: 'bytes=10-19', 'if-range': '"other"' }, 200, 0, size],
        [{ range: 'bytes=10-19', 'if-range': new Date().toUTCString() }, 200, 0, size],
        [{ 'if-none-match': '"other"' }, 200, 0, size],
        [{ 'if-none-match': '"other"', range: 'bytes=1-2' }, 206, 1, 3],
      ];
      for (const [headers, status, start, end] of whole) {
        const response = await fetch(`${url}/audio/${name}`, { headers });
        const says = JSON.stringify(headers);
        assert.equal(response.status, status, says);
        assert.equal(response.headers.get('etag'), etag);
        assert.equal(response.headers.get('content-type'), 'audio/mpeg');
        assert.equal(response.headers.get('content-length'), String(end - start));
        const range = status === 206 ? `bytes ${start}-${end - 1}/${size}` : null;
        assert.equal(response.headers.get('content-range'), range, says);
        assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end)), says);
      }
      for (const range of [`bytes=${size}-`, 'bytes=-0']) {
        const response = await fetch(`${url}/audio/${name}`, { headers: { range } });
        assert.deepEqual([response.status, response.headers.get('content-range')], [416, `bytes */${size}`]);
        await response.arrayBuffer();
      }
      for (const match of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const response = await fetch(`${url}/audio/${name}`, {
          headers: { 'if-none-match': match, range: 'bytes=0-1' },
        });
        assert.deepEqual([response.status, await response.text()], [304, ''], match);
      }
      const head = await fetch(`${url}/audio/${name}`, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
      assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(size)]);
    });

    test('what it is and what to save it as', async (t) => {
      const { url, store } = await serving(t);
      const types = {
        wav: 'audio/wav',
        mp3: 'audio/mpeg',
        srt: 'application/x-subrip; charset=utf-8',
        json: 'application/json',
      };
      for (const [extension, type] of Object.entries(types)) {
        const name = await write(store, Buffer.from(extension), extension);
        const response = await fetch(`${url}/audio/${name}?download=${encodeURIComponent('第一章')}`);
        assert.equal(response.headers.get('content-type'), type);
        const disposition = `attachment; filename="speech.${extension}"; filename*=UTF-8''%E7%AC%AC%E4%B8%80%E7%AB%A0.${extension}`;
        assert.equal(response.headers.get('content-disposition'), disposition);
        assert.equal(await response.text(), extension);
      }
      const pending = await store.create({ extension: 'pcm', contentType: 'audio/pcm;rate=8000' });
      await pending.commit();
      const empty = await fetch(`${url}/audio/${pending.name}`);
      assert.deepEqual([empty.status, empty.headers.get('content-length'), await empty.text()], [200, '0', '']);
      assert.equal(empty.headers.get('content-type'), 'audio/pcm;rate=8000');
    });

    test('what is being written, was removed or never was is not there', async (t) => {
      const { url, store } = await serving(t);
      const pending = await store.create({ extension: 'wav' });
      await pending.append(patterned(100_000));
      const removed = await write(store, Buffer.from('x'));
      await store.remove(removed);
      for (const name of [pending.name, removed, `${'0'.repeat(32)}.wav`, `${pending.name}.part`, '..%2fx.wav']) {
        const response = await fetch(`${url}/audio/${name}`);
        const { code } = (await response.json()) as { code: string };
        assert.deepEqual([response.status, code], [404, 'audio_not_found'], name);
      }
      await pending.abort();
    });

    test('signed links are good until they expire, for their own result, as they were given', async (t) => {
      const settings = { signedSeconds: 60, signingSecret: SECRET };
      const { url, post, store } = await serving(t, settings);
      const answer = (await (await post({ text: '你好。' })).json()) as { audio_url: string };
      assert.match(answer.audio_url, /^\/audio\/[0-9a-f]{32}\.wav\?expires=\d{10}&signature=[\w-]{43}$/);
      const good = await fetch(`${url}${answer.audio_url}&download=a`, { headers: { range: 'bytes=0-3' } });
      assert.deepEqual([good.status, await good.text()], [206, 'RIFF']);
      const [, seconds] = /max-age=(\d+)/.exec(good.headers.get('cache-control')!)!;
      assert.ok(Number(seconds) <= 60);

      const [path, query] = answer.audio_url.split('?') as [string, string];
      const other = await write(store, Buffer.from('other'));
      const expires = Number(new URLSearchParams(query).get('expires'));
      const foreign = new ResultLinks({ ...settings, signingSecret: `${SECRET}!` }).of(other);
      const wrong = [
        path,
        `/audio/${other}?${query}`,
        `/audio/${other}`,
        foreign,
        answer.audio_url.slice(0, -1),
        `${answer.audio_url}A`,
        answer.audio_url.replace(String(expires), String(expires + 1)),
        answer.audio_url.replace(/&signature.*/, ''),
        answer.audio_url.replace(/expires=\d+&/, ''),
        `${path}?expires=&signature=`,
        `/audio/${'0'.repeat(32)}.wav?${query}`,
      ];
      for (const address of wrong) {
        const response = await fetch(url + address);
        const { code } = (await response.json()) as { code: string };
        assert.deepEqual([response.status, code], [403, 'audio_link_invalid'], address);
      }
      const past = new ResultLinks(settings).of(other, Date.now() - 61_000);
      const expired = await fetch(url + past);
      assert.deepEqual(
        [expired.status, ((await expired.json()) as { code: string }).code],
        [410, 'audio_link_expired'],
      );
      const gone = new ResultLinks(settings).of(`${'0'.repeat(32)}.wav`);
      assert.equal((await fetch(url + gone)).status, 404);
    });

    test('a hearer who leaves early holds nothing back', async (t) => {
      const { url, store } = await serving(t);
      const name = await write(store, patterned(3_000_000));
      for (let i = 0; i < 10; i += 1) {
        const leaving = new AbortController();
        const response = await fetch(`${url}/audio/${name}`, { signal: leaving.signal });
        await response.body!.getReader().read();
        leaving.abort();
      }
      await until(async () => (await store.remove(name)) === 'removed', 'nobody reads it any more');
    });
  });
}

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { startReal } from '../e2e/real-server.ts';
import { temporaryFolder } from '../golden-data.ts';
import { langdu } from './run.ts';

suite('langdu warm', () => {
  const folder = temporaryFolder();
  const list = join(folder, 'phrases.txt');
  const cache = join(folder, 'cache');

  test('makes phrases that a server then has at once, after a restart too', async (t) => {
    writeFileSync(list, '\ufeff# 电话\r\n您好，请稍等。\r\n\r\n谢谢，再见！\n');
    const first = await langdu(['warm', list, '--cache', cache, '--emotion', 'happy']);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout.toString(), /^2 made, 0 were there, 0 failed: /);
    const again = await langdu(['warm', list, '--cache', cache, '--emotion', 'happy']);
    assert.match(again.stdout.toString(), /^0 made, 2 were there, 0 failed: /);
    const { url } = await startReal(t, { LANGDU_CACHE: cache });
    const ask = async (emotion: string) => {
      const body = JSON.stringify({ text: '谢谢，再见！', emotion });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/tts/stream`, { method: 'POST', headers, body });
      assert.ok((await answer.arrayBuffer()).byteLength > 1000);
      return answer.headers.get('x-langdu-cache');
    };
    assert.equal(await ask('happy'), 'hit');
    assert.equal(await ask('sad'), 'miss');
  });

  test('names the lines that cannot be spoken, and makes the others', async () => {
    writeFileSync(list, '一路平安。\n☃\n后会有期。\n');
    const { code, stdout, stderr } = await langdu(['warm', list, '--cache', cache]);
    assert.equal(code, 3);
    assert.match(stdout.toString(), /^2 made, 0 were there, 1 failed: /);
    assert.match(stderr, /^langdu: 2: .*☃/m);
  });

  test('fails when the folder does not take what was made', async () => {
    writeFileSync(list, '一路顺风。\n');
    writeFileSync(join(folder, 'file'), '');
    const { code, stdout, stderr } = await langdu(['warm', list, '--cache', join(folder, 'file', 'cache')]);
    assert.equal(code, 1);
    assert.match(stdout.toString(), /^1 made, /);
    assert.match(stderr, /storage_failed/);
  });

  test('refuses what it cannot do', async () => {
    mkdirSync(join(folder, 'directory'));
    for (const [args, said] of [
      [[join(folder, 'none.txt')], /file_unreadable/],
      [[join(folder, 'directory')], /file_unreadable/],
      [[list, '--cache-disk-bytes', '0'], /LANGDU_CACHE_DISK_BYTES=0/],
      [[list, '--rate', '9'], /from 0.25 to 4/],
    ] as const) {
      const { code, stderr } = await langdu(['warm', ...args, ...(args.length === 1 ? ['--cache', cache] : [])]);
      assert.notEqual(code, 0);
      assert.match(stderr, said);
    }
  });
});

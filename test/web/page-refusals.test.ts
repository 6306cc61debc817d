import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { loadSettings } from '../../src/config/settings.ts';
import { LangduError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { openPolicy } from '../../src/policy/policy.ts';
import { decodeFile } from '../audio/ffmpeg.ts';
import { serve, sha256 } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { visit } from './browser.ts';

async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel('文本').fill(text);
  await page.getByRole('button', { name: '开始合成' }).click();
}

test('a text that is denied: the words of the server, what to do, and back into the text', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-page-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const list = join(folder, 'words.tsv');
  await writeFile(list, '赌博\tdeny\tgambling\n');
  const settings = { ...loadSettings(), policyLists: [list] };
  const policy = await openPolicy(settings, createLog('silent'));
  t.after(() => policy?.close());
  assert.ok(policy !== undefined);
  const { url } = await serve(t, { policy });
  const { page } = await visit(t, url);
  await ask(page, '一起来赌博。');
  await page.getByRole('alert').filter({ hasText: '请修改文本后再试' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'text');
  assert.equal(await page.getByRole('button', { name: '重试' }).count(), 0);
});

test('too many requests: the wait is counted down, then it can be tried again', async (t) => {
  const { url } = await serve(t, { settings: { charactersPerMinute: 120 } });
  const { page } = await visit(t, url);
  await ask(page, '你好世界。'.repeat(20));
  await page.getByText('已合成').waitFor();
  await ask(page, '你好世界。'.repeat(10));
  await page.getByRole('button', { name: /\d+ 秒后可以重试/ }).waitFor();
  assert.equal(await page.getByRole('button', { name: /秒后可以重试/ }).isDisabled(), true);
});

test('a server that is too busy: after the wait, the same request goes through', async (t) => {
  const busy = { sentence: 0, error: new LangduError('overloaded', { retryAfter: 1 }) };
  const options: { failAt?: typeof busy } = { failAt: busy };
  const { url } = await serve(t, { speaker: new ToneSpeaker(options) });
  const { page } = await visit(t, url);
  await ask(page, '你好。');
  await page.getByText('服务繁忙，请在 1 秒后重试').waitFor();
  delete options.failAt;
  await page.getByRole('button', { name: '重试', exact: true }).click();
  await page.getByText('已合成').waitFor();
});

test('a key is asked for, used, and gone with the tab', async (t) => {
  const { url } = await serve(t, { keys: `app: {sha256: ${sha256('secret')}}` });
  const { page } = await visit(t, url);
  await page.locator('#key').fill('wrong');
  await page.getByRole('button', { name: '使用' }).click();
  await page.locator('.key').getByRole('alert').waitFor();
  await page.locator('#key').fill('secret');
  await page.getByRole('button', { name: '使用' }).click();
  await page.getByLabel('中性').waitFor();
  await ask(page, '你好。');
  await page.getByText('已合成').waitFor();
  const stored = await page.evaluate(() => [JSON.stringify(localStorage), sessionStorage.length] as const);
  assert.doesNotMatch(stored[0], /secret/);
  assert.equal(stored[1], 1);
  const fresh = await page.context().newPage();
  await fresh.goto(url);
  await fresh.locator('#key').waitFor();
});

test('a speech that breaks off half way keeps what was heard', async (t) => {
  const failAt = { sentence: 2, error: new LangduError('worker_lost') };
  const { url } = await serve(t, { speaker: new ToneSpeaker({ failAt, pace: 50 }) });
  const { page } = await visit(t, url);
  await ask(page, '一二三四。五六七八。九。');
  await page.getByRole('button', { name: '重试' }).waitFor();
  assert.match((await page.locator('.clock').textContent()) ?? '', /\/ 0:0(?:0\.9|1\.0)/);
  // What is here is saved as a part, without the server; it would make all of it.
  await page.locator('.summary').getByText('部分').waitFor();
  await page.context().setOffline(true);
  assert.deepEqual(await page.getByLabel('音频格式', { exact: true }).locator('option').allTextContents(), [
    'WAV',
    'PCM',
  ]);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载音频' }).click();
  const file = await saving;
  assert.equal(file.suggestedFilename(), '一二三四 五六七八 九 (部分).wav');
  const seconds = decodeFile(await readFile(await file.path()), 'wav').length / 16_000;
  assert.ok(seconds > 0.8 && seconds < 1.1, `${seconds} s`);
});

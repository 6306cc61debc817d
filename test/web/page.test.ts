import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '../../src/config/paths.ts';
import { openTestJobs } from '../jobs/opened.ts';
import { serve } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { until } from '../until.ts';
import { visit } from './browser.ts';
import { untilHeard } from './listen.ts';
import { deskCases, speechCases } from './page-cases.ts';

speechCases('tones', (t) => serve(t, { speaker: new ToneSpeaker({ pace: 300 }) }));
deskCases('tones', (t) => serve(t, { speaker: new ToneSpeaker({ pace: 300 }) }));

test('a synthesis can be stopped, and the next one started', async (t) => {
  const speaker = new ToneSpeaker({ pace: 300 });
  const { url } = await serve(t, { speaker });
  const { page } = await visit(t, url);
  await page.getByLabel('文本').fill('一。'.repeat(100));
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('正在合成……').waitFor();
  await page.waitForTimeout(500);
  await page.getByRole('button', { name: '停止' }).click();
  await page.getByText('已停止').waitFor();
  await until(() => speaker.active === 0, 'the server stops');
  await page.getByLabel('文本').fill('一。');
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('已合成').waitFor();
});

test('over plain HTTP from another machine, where browsers offer less, it speaks, keeps and saves', async (t) => {
  const speaker = new ToneSpeaker();
  const { jobs, results } = await openTestJobs(t, { speaker });
  const { port } = await serve(t, { speaker, jobs, results });
  const { page, complaints } = await visit(t, `http://langdu.test:${port}`);
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await page.getByLabel('文本').fill('你好，世界。');
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('已合成').waitFor();
  await untilHeard(page);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载音频' }).click();
  assert.equal((await saving).suggestedFilename(), '你好 世界.wav');
  await page.getByRole('button', { name: '作为任务', exact: true }).click();
  await page.locator('.job').getByText('已完成').waitFor();
  await page.reload();
  await page.getByRole('tab', { name: '历史' }).click();
  await page.getByRole('button', { name: '播放「你好 世界」' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('what was skipped is shown', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await page.getByLabel('文本').fill('下雪了☃。');
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('已跳过').waitFor();
  assert.equal(await page.locator('.summary code').textContent(), '☃');
});

test('another voice offers what it has', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await page.getByLabel('高兴').check();
  await page.getByLabel('音色', { exact: true }).selectOption('flute');
  assert.equal(await page.getByRole('radio').count(), 1);
  assert.equal(await page.getByRole('radio', { name: '中性' }).isChecked(), true);
  assert.equal(await page.getByRole('slider', { name: '音高' }).isDisabled(), true);
  assert.equal(await page.getByRole('slider', { name: '语速' }).isEnabled(), true);
  await page.getByLabel('文本').fill('你好。');
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('已合成').waitFor();
});

test('a server that is away is said to be away, and asked again when it is back', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await page.getByLabel('文本').fill('你好。');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('文本和设置都还在').waitFor();
  await page.getByRole('alert').filter({ hasText: '服务恢复后会自动重试' }).waitFor();
  assert.equal(await page.getByLabel('文本').inputValue(), '你好。');
  await page.context().setOffline(false);
  await page.getByText('已合成').waitFor();
  await page.getByText('文本和设置都还在').waitFor({ state: 'hidden' });

  await page.route('**/api/voices', (route) => route.abort());
  await page.reload();
  await page.getByText('文本和设置都还在').waitFor();
  assert.equal(await page.getByRole('button', { name: '开始合成' }).isDisabled(), true);
  await page.unroute('**/api/voices');
  await page.getByLabel('中性').waitFor();
  assert.equal(await page.getByLabel('文本').inputValue(), '你好。');
});

test('what failed for a moment is asked again: a speech, and the readings, up to what is spoken at once', async (t) => {
  const { url } = await serve(t, { maxText: 20 });
  const { page } = await visit(t, url);
  await page.getByLabel('中性').waitFor();
  const cut = async (path: string) => {
    let times = 0;
    await page.route(path, (route) => {
      times += 1;
      return times === 1 ? route.abort() : route.continue();
    });
  };
  await cut('**/api/explain');
  await cut('**/api/tts/stream');
  await page.getByLabel('文本').fill('一二三四五六七八九十。');
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('已合成').waitFor();
  await page.locator('.ruby button').first().waitFor();
  await page.getByLabel('文本').fill('好'.repeat(30));
  await page.getByText('只显示前 20 字').waitFor();
  const buffer = Buffer.alloc(12 * 20 + 1, 'a');
  await page.getByLabel('打开文件').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer });
  await page.getByText('文件太大').waitFor();
});

test('the script is small', () => {
  const folder = join(packageRoot, 'dist', 'web', 'assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  assert.ok(bytes < 150_000, `${bytes} bytes gzipped`);
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Settings } from '../../src/config/settings.ts';
import { probe } from '../audio/ffmpeg.ts';
import { openTestJobs } from '../jobs/opened.ts';
import { type Serving, type ServingOptions, serve, sha256 } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { visit } from './browser.ts';

const LINK_SECONDS = 2;

async function serveJobs(
  t: TestContext,
  pace: number,
  options: ServingOptions = {},
  settings: Partial<Settings> = {},
): Promise<Serving> {
  const speaker = new ToneSpeaker({ pace });
  const { jobs, results } = await openTestJobs(t, { speaker, settings });
  return serve(t, { speaker, jobs, results, maxText: 100, ...options });
}

test('a text over the limit becomes a job: progress, a reload, the result', async (t) => {
  const { url } = await serveJobs(t, 60);
  const { page, complaints } = await visit(t, url);
  await page.getByLabel('文本').fill('你好世界。'.repeat(40));
  await page.getByRole('button', { name: '作为任务合成' }).click();
  await page
    .locator('.job')
    .getByText(/\d+ \/ 40 句/)
    .waitFor();
  await page.reload();
  await page.getByRole('tab', { name: '任务' }).click();
  await page
    .locator('.job')
    .getByText(/合成中.* \/ 40 句/)
    .waitFor();
  await page.locator('.job').getByText('已完成').waitFor();
  const saving = page.waitForEvent('download');
  await page.locator('.job').getByRole('link', { name: 'MP3' }).click();
  const download = await saving;
  assert.match(download.suggestedFilename(), /^你好世界.*\.mp3$/);
  assert.equal(probe(await readFile(await download.path()), 'mp3').codec_name, 'mp3');
  const subtitles = page.waitForEvent('download');
  await page.locator('.job').getByRole('button', { name: '下载 SRT 字幕' }).click();
  assert.match(await readFile(await (await subtitles).path(), 'utf8'), /^1\n00:00:00/);
  assert.deepEqual(complaints, []);
});

test('a job is cancelled, and forgotten', async (t) => {
  const { url } = await serveJobs(t, 200);
  const { page } = await visit(t, url);
  await page.getByLabel('文本').fill('你好世界。'.repeat(15));
  await page.getByRole('button', { name: '作为任务', exact: true }).click();
  await page.locator('.job').getByRole('button', { name: '取消' }).click();
  await page.locator('.job').getByText('已取消').waitFor();
  await page.locator('.job').getByRole('button', { name: /删除/ }).click();
  await page.getByText('长文本会作为任务').waitFor();
});

test('a job is heard while it is made, cancelled, and started again after a reload', async (t) => {
  const { url } = await serveJobs(t, 60);
  const { page, shifts } = await visit(t, url);
  await page.getByLabel('文本').fill('你好世界。'.repeat(40));
  await page.getByRole('button', { name: '作为任务合成' }).click();
  await page.getByRole('button', { name: '边合成边听' }).click();
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.2);
  await page.locator('.job').getByRole('button', { name: '取消' }).click();
  await page.locator('.job').getByText('已取消').waitFor();
  await page.locator('.job').getByRole('button', { name: '重新合成' }).waitFor();
  await page.reload();
  await page.getByRole('tab', { name: '任务' }).click();
  await page.getByRole('button', { name: '重新合成' }).click();
  // The input after which browsers score no shifts is over.
  await page.waitForTimeout(600);
  const before = await shifts();
  await page.locator('.job').getByText('已完成').waitFor();
  assert.equal(await page.locator('.job').count(), 1);
  // Chromium's own controls of a sound settle within their frame when they learn its length: 0.0009.
  assert.ok((await shifts()) - before < 0.002, 'nothing moves while a job goes on and ends');
});

/** As many jobs as there are texts, which the page finds as its own when it is loaded again. */
async function findJobs(page: Page, texts: readonly string[]): Promise<void> {
  const kept: { id: string; name: string; format: string }[] = [];
  for (const text of texts) {
    const answer = await page.request.post(new URL('/api/jobs', page.url()).href, { data: { text, format: 'mp3' } });
    const { task_id: id } = (await answer.json()) as { task_id: string };
    kept.push({ id, name: text.slice(0, 5), format: 'mp3' });
  }
  await page.evaluate((jobs) => localStorage.setItem('langdu-jobs', jobs), JSON.stringify(kept));
  await page.reload();
}

/** The addresses under `/api/jobs` that are asked for from now on. */
function asked(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/jobs')) paths.push(pathname);
  });
  return paths;
}

test('many jobs leave room for speech, and those that ended are not asked about again', async (t) => {
  const { url } = await serveJobs(t, 50, { settings: { concurrent: 2 } });
  const { page } = await visit(t, url);
  const text = `${'你好世界'.repeat(5)}。`.repeat(4);
  await findJobs(
    page,
    Array.from({ length: 8 }, () => text),
  );
  await page.getByLabel('文本').fill('你好，世界。');
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('已合成').waitFor();
  await page.getByRole('tab', { name: '任务' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.job audio').length === 8);
  const paths = asked(page);
  await page.reload();
  await page.getByRole('tab', { name: '任务' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.job audio').length === 8);
  await page.waitForTimeout(800);
  assert.deepEqual(
    paths.filter((path) => !path.endsWith('/audio')),
    [],
  );
});

test('a refusal with a time to wait is waited for', async (t) => {
  const { url } = await serveJobs(t, 300);
  const { page } = await visit(t, url);
  const paths = asked(page);
  await page.route('**/api/jobs/*', (route) =>
    route.fulfill({
      status: 429,
      headers: { 'retry-after': '30' },
      json: { error: '太多', code: 'rate_limited' },
    }),
  );
  await findJobs(page, ['你好世界。'.repeat(10), '你好。'.repeat(10)]);
  await page.waitForRequest('**/api/jobs/*');
  await page.waitForTimeout(3000);
  assert.equal(paths.length, 1);
});

test('a job that waits is asked about more and more seldom', async (t) => {
  const { url } = await serveJobs(t, 0, {}, { jobSlots: 0 });
  const { page } = await visit(t, url);
  await page.clock.install();
  const paths = asked(page);
  await findJobs(page, ['你好世界。', '你好。']);
  await page.getByRole('tab', { name: '任务' }).click();
  await page.locator('.job').nth(1).waitFor();
  for (let second = 0; second < 60; second += 1) await page.clock.runFor(1000);
  assert.ok(paths.length >= 3 && paths.length <= 10, `asked ${paths.length} times in a minute`);
});

test('a double click makes one job, and so does an order whose answer was lost', async (t) => {
  const { url } = await serveJobs(t, 20);
  const { page } = await visit(t, url);
  const count = async () =>
    ((await (await page.request.get(new URL('/api/jobs', page.url()).href)).json()) as { jobs: unknown[] }).jobs.length;
  await page.getByLabel('文本').fill('你好世界。');
  await page.getByRole('button', { name: '作为任务', exact: true }).dblclick();
  await page.locator('.job').getByText('已完成').waitFor();
  assert.equal(await count(), 1);

  await page.getByLabel('文本').fill('再见世界。'.repeat(30));
  await page.route('**/api/jobs', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.getByRole('button', { name: '作为任务合成' }).dblclick();
  await page.getByRole('alert').filter({ hasText: '无法连接服务' }).first().waitFor();
  await page.unroute('**/api/jobs');
  await page.getByRole('button', { name: '作为任务合成' }).click();
  await page.locator('.job').nth(1).waitFor();
  assert.equal(await count(), 2);
});

/** Settings of a server that wants the key `secret`, and whose links end after two seconds. */
const keyed: ServingOptions = {
  keys: `app: {sha256: ${sha256('secret')}}`,
  settings: { signedSeconds: LINK_SECONDS, signingSecret: 'x'.repeat(32) },
};

async function enterKey(page: Page): Promise<void> {
  await page.locator('#key').fill('secret');
  await page.keyboard.press('Enter');
}

test('with a key a job is heard while it is made, fetched only when it is asked for, and saved', async (t) => {
  const { url } = await serveJobs(t, 60, keyed);
  const { page, complaints } = await visit(t, url);
  const paths = asked(page);
  await enterKey(page);
  await page.getByLabel('文本').fill('你好世界。'.repeat(40));
  await page.getByRole('button', { name: '作为任务合成' }).click();
  await page.getByRole('button', { name: '边合成边听' }).click();
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.2);
  await page.locator('.job').getByText('已完成').waitFor();
  await page.reload();
  await page.getByRole('tab', { name: '任务' }).click();
  await page.locator('.job').getByRole('button', { name: '播放' }).waitFor();
  assert.equal(paths.filter((path) => path.endsWith('/audio')).length, 1);
  await page.locator('.job').getByRole('button', { name: '播放' }).click();
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.2);
  const saving = page.waitForEvent('download');
  await page.locator('.job').getByRole('button', { name: 'MP3' }).click();
  assert.equal(probe(await readFile(await (await saving).path()), 'mp3').codec_name, 'mp3');
  // One sound at a time.
  await page.getByLabel('文本').fill('你好。');
  await page.keyboard.press('Control+Enter');
  await page.waitForFunction(() => document.querySelector('audio')?.paused);
  assert.deepEqual(complaints, []);
});

test('with a key a long job is heard past the end of its link', async (t) => {
  const { url } = await serveJobs(t, 0, keyed);
  const { page } = await visit(t, url);
  await enterKey(page);
  await page.getByRole('tab', { name: '任务' }).click();
  await page.getByLabel('任务的音频格式').selectOption('wav');
  // Longer than what a browser reads ahead.
  await page.getByLabel('文本').fill('你好，世界，再见。'.repeat(300));
  await page.getByRole('button', { name: '作为任务合成' }).click();
  await page.locator('.job').getByRole('button', { name: '播放' }).click();
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.2);
  await page.waitForTimeout(LINK_SECONDS * 1000);
  const links = await page.evaluate(() => {
    const audio = document.querySelector('audio')!;
    audio.currentTime = audio.duration - 20;
    return audio.src;
  });
  await page.waitForFunction(() => {
    const { duration, currentTime, seeking } = document.querySelector('audio')!;
    return !seeking && currentTime > duration - 19.5;
  });
  assert.notEqual(await page.evaluate(() => document.querySelector('audio')!.src), links);
});

test('two tabs keep each other’s jobs and words', async (t) => {
  const { url } = await serveJobs(t, 0);
  const { page: first } = await visit(t, url);
  const second = await first.context().newPage();
  await second.goto(url);
  for (const [page, text] of [
    [first, '你好。'],
    [second, '再见。'],
  ] as const) {
    await page.getByLabel('文本').fill(text);
    await page.getByRole('button', { name: '作为任务', exact: true }).click();
    await page.locator('.job').first().waitFor();
    await page.getByRole('tab', { name: '词典' }).click();
    await page.getByLabel('词语').fill(text.slice(0, 2));
    await page.getByLabel('读音', { exact: true }).fill('=好');
    await page.getByRole('button', { name: '添加' }).click();
    await page.locator('.words li').first().waitFor();
  }
  for (const page of [first, second]) {
    await page.waitForFunction(() => document.querySelectorAll('.words li').length === 2);
    await page.getByRole('tab', { name: '任务' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.job').length === 2);
    assert.equal(await page.getByLabel('文本').inputValue(), page === first ? '你好。' : '再见。');
  }
});

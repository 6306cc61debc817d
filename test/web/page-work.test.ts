import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { serve } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { until } from '../until.ts';
import { visit } from './browser.ts';
import { heard, untilHeard } from './listen.ts';

async function speak(page: Page, text: string): Promise<void> {
  await page.getByLabel('文本').fill(text);
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('已合成').waitFor();
}

test('a reading is shown with its reason, corrected, and sent with the next speech', async (t) => {
  const speaker = new ToneSpeaker();
  const { url } = await serve(t, { speaker });
  const { page, complaints } = await visit(t, url);
  await page.getByLabel('文本').fill('重庆银行行长。');
  const word = page.locator('.ruby button').filter({ hasText: '银' });
  await word.click();
  const editor = page.locator('.editor');
  assert.match((await editor.textContent()) ?? '', /háng/);
  assert.match((await editor.textContent()) ?? '', /依据/);

  await editor.getByLabel('读音').fill('yin2');
  await editor.getByRole('button', { name: '改正' }).click();
  await editor
    .locator('.problem')
    .filter({ hasText: /2 characters|2 个字|lexicon/ })
    .waitFor();
  await editor.getByLabel('词语').fill('银行');
  await editor.getByLabel('读音').fill('yin2 xing2');
  await editor.getByRole('button', { name: '改正' }).click();
  await page.locator('.ruby .own').filter({ hasText: 'xíng' }).first().waitFor();

  await speak(page, '重庆银行行长。');
  assert.equal(speaker.requests.at(-1)?.lexicon, '银行\tyin2 xing2');
  await page.reload();
  await page.getByRole('tab', { name: '词典' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出' }).click();
  assert.equal(await readFile(await (await saving).path(), 'utf8'), '银行\tyin2 xing2\n');
  await page.getByRole('button', { name: '删除「银行」' }).click();
  await speak(page, '重庆银行行长。');
  assert.equal(speaker.requests.at(-1)?.lexicon, undefined);
  assert.deepEqual(complaints, []);
});

test('what was spoken is there after a reload, and is heard without the server', async (t) => {
  const speaker = new ToneSpeaker();
  const { url } = await serve(t, { speaker });
  const { page } = await visit(t, url);
  await page.getByLabel('高兴').check();
  await speak(page, '你好，世界。');
  await speak(page, '再见，世界。');
  await page.getByLabel('中性').check();
  await page.reload();
  assert.equal(await page.getByLabel('文本').inputValue(), '再见，世界。');
  await page.getByRole('tab', { name: '历史' }).click();
  assert.deepEqual(await page.locator('.row-title').allTextContents(), ['再见，世界。', '你好，世界。']);
  const before = speaker.requests.length;
  await page.getByRole('button', { name: '播放「你好 世界」' }).click();
  await page.waitForFunction(() => (window as unknown as { ear: { sound: number } }).ear.sound > 0);
  assert.equal(speaker.requests.length, before);
  assert.equal(await page.getByLabel('文本').inputValue(), '你好，世界。');
  assert.equal(await page.getByLabel('高兴').isChecked(), true);
  await page.getByRole('button', { name: '删除「你好 世界」' }).click();
  await page.reload();
  await page.getByRole('tab', { name: '历史' }).click();
  assert.deepEqual(await page.locator('.row-title').allTextContents(), ['再见，世界。']);
});

test('a take is recalled, and another speech begun, while one is made: what broke off leaves both alone', async (t) => {
  const { url } = await serve(t, { speaker: new ToneSpeaker({ pace: 150 }) });
  const { page } = await visit(t, url);
  await speak(page, '你好，世界。');
  const length = (await page.locator('.clock').textContent())?.split('/')[1];
  const begin = async (text: string) => {
    await page.getByLabel('文本').fill(text);
    await page.keyboard.press('Control+Enter');
    await page.getByText('正在合成……').waitFor();
  };
  await begin('一。'.repeat(40));
  await page.getByRole('tab', { name: '历史' }).click();
  await page.getByRole('button', { name: '播放「你好 世界」' }).click();
  await page.getByText('正在合成').waitFor({ state: 'hidden' });
  assert.equal((await page.locator('.clock').textContent())?.split('/')[1], length);
  assert.equal(await page.locator('[aria-current] .row-title').textContent(), '你好，世界。');

  await begin('二。'.repeat(40));
  await begin('三。');
  await page.getByText('已合成').waitFor();
  assert.equal(await page.locator('.row-title').first().textContent(), '三。');
  const lengths = await page.locator('.row-length').allTextContents();
  assert.ok(
    lengths.every((each) => each !== '正在合成' && each !== '0.0 秒'),
    lengths.join(', '),
  );
});

test('it pauses, goes on and seeks, with keys', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await speak(page, '一二三四五六七八九十。'.repeat(10));
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  const clock = async () => Number(/0:([\d.]+) /.exec((await page.locator('.clock').textContent()) ?? '')?.[1]);
  await page.waitForTimeout(300);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: '播放', exact: true }).waitFor();
  const paused = await clock();
  await page.waitForTimeout(300);
  assert.equal(await clock(), paused);
  await page.keyboard.press('ArrowRight');
  assert.ok(Math.abs((await clock()) - paused - 3) < 0.11, `${await clock()} after ${paused}`);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: '暂停' }).waitFor();
  await until(async () => (await clock()) > paused + 3.3, 'it goes on');
  await page.getByRole('slider', { name: '播放位置' }).focus();
  await page.keyboard.press('End');
  await page.getByRole('button', { name: '播放', exact: true }).waitFor();
  assert.ok((await heard(page)).loudest > 0.1);
});

test('a text file is opened, in the encoding it has', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  const gb = Buffer.from([0xc4, 0xe3, 0xba, 0xc3]);
  await page.getByLabel('打开文件').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: gb });
  await page.waitForFunction(() => (document.getElementById('text') as HTMLTextAreaElement).value === '你好');
});

test('a reading is heard before it is kept', async (t) => {
  const speaker = new ToneSpeaker();
  const { url } = await serve(t, { speaker });
  const { page } = await visit(t, url);
  await page.getByLabel('文本').fill('重庆银行行长。');
  await page.locator('.ruby button').filter({ hasText: '银' }).click();
  await page.locator('.editor').getByLabel('词语').fill('银行');
  await page.locator('.editor').getByLabel('读音').fill('yin2 xing2');
  await page.locator('.editor').getByRole('button', { name: '试听' }).click();
  await untilHeard(page);
  const { text, lexicon } = speaker.requests.at(-1)!;
  assert.deepEqual({ text, lexicon }, { text: '银行', lexicon: '银行\tyin2 xing2' });
  await page.getByRole('tab', { name: '词典' }).click();
  await page.getByText('改正过的读音会留在这里').waitFor();
});

test('a wrong word is not kept, nor any of a file that has one or more than fit', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await page.getByRole('tab', { name: '词典' }).click();
  await page.getByLabel('词语').fill('银行');
  await page.getByLabel('读音', { exact: true }).fill('yin2');
  await page.getByRole('button', { name: '添加' }).click();
  const problem = page.locator('#shelf .problem');
  await problem.filter({ hasText: /银行/ }).waitFor();
  assert.equal(await page.getByLabel('词语').inputValue(), '银行');
  const load = (text: string) =>
    page.getByLabel('导入').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await load('阿里\ta1 li3\n重庆\tchong2\n');
  await problem.filter({ hasText: /重庆/ }).waitFor();
  await load(Array.from({ length: 1001 }, (_, i) => `词${i}\t=${i}\n`).join(''));
  await problem.filter({ hasText: '1,000 个词' }).waitFor();
  assert.equal(await page.locator('.words li').count(), 0);
  await load('阿里\ta1 li3\n');
  await page.locator('.words li').waitFor();
  await speak(page, '阿里。');
});

test('a speech that is refused leaves the one before to be heard', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await speak(page, '你好，世界。');
  const length = await page.locator('.clock').textContent();
  await page.getByLabel('文本').fill('');
  await page.getByRole('button', { name: '开始合成' }).click();
  await page.getByText('请输入有效文本').waitFor();
  assert.equal((await page.locator('.clock').textContent())?.split('/')[1], length?.split('/')[1]);
  await page.getByRole('button', { name: '下载 SRT 字幕' }).click();
});

test('a file dropped beside the text is opened, too', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await page.getByLabel('中性').waitFor();
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['落在外面也行。'], 'a.txt', { type: 'text/plain' }));
    const about = document.querySelector('.about')!;
    about.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
    about.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => (document.getElementById('text') as HTMLTextAreaElement).value === '落在外面也行。');
});

test('the whole history is deleted when it is asked for twice', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await speak(page, '你好。');
  await page.getByRole('tab', { name: '历史' }).click();
  await page.getByRole('button', { name: '全部删除' }).click();
  assert.equal(await page.locator('.row-title').count(), 1);
  await page.getByRole('button', { name: '确定全部删除' }).click();
  await page.getByText('合成过的语音会留在这里').waitFor();
});

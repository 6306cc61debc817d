import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { readWav } from '../server/read-wav.ts';
import { visit } from './browser.ts';

/** Where the screenshots go that a person should look at after changing the page. */
const shots = join(tmpdir(), 'langdu-page');

/** What the page must do on any server whose default voice is `tan`. */
export function pageCases(name: string, start: (t: TestContext) => Promise<{ readonly url: string }>): void {
  test(`${name}: a text is typed, heard and saved`, async (t) => {
    const { url } = await start(t);
    const { page, complaints, shifts } = await visit(t, url);
    await page.getByLabel('文本').fill('你好，世界。今天天气真好！');
    await page.getByText('13 字').waitFor();
    await page.getByLabel('高兴').check();
    await page.getByRole('button', { name: '开始合成' }).click();
    await page.getByText('已合成').waitFor();
    const heard = await hear(page);
    assert.ok(heard.duration > 0.5 && Number.isFinite(heard.duration), String(heard.duration));

    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载 WAV' }).click();
    const download = await saving;
    assert.equal(download.suggestedFilename(), '你好 世界 今天天气真好.wav');
    const wav = readWav(await readFile(await download.path()));
    assert.ok(Math.abs(wav.samples.length / wav.sampleRate - heard.duration) < 0.01);
    assert.ok(
      wav.samples.some((sample) => Math.abs(sample) > 1000),
      'it is not silent',
    );

    assert.deepEqual(complaints, []);
    assert.ok((await shifts()) < 0.01, `layout shifts of ${await shifts()}`);
  });

  test(`${name}: the keyboard is enough`, async (t) => {
    const { url } = await start(t);
    const { page } = await visit(t, url);
    await page.getByLabel('文本').focus();
    await page.keyboard.type('你好。');
    const asked = page.waitForRequest('**/api/tts');
    await page.getByRole('slider', { name: '语速' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+Enter');
    assert.deepEqual((await asked).postDataJSON(), { text: '你好。', voice: 'tan', rate: 1.04 });
    await page.getByText('已合成').waitFor();
    await hear(page);
    const stops = await focusOrder(page);
    assert.deepEqual(stops.slice(0, 2), ['button English', 'textarea 文本']);
    for (const stop of ['button 开始合成', 'select 音色', 'radio 情感', 'range 语速', 'range 音量', 'range 播放位置']) {
      assert.ok(stops.includes(stop), `${stop} of ${stops.join(', ')}`);
    }
  });

  test(`${name}: an empty text is refused in the server's words, in both languages`, async (t) => {
    const { url } = await start(t);
    const { page, shifts } = await visit(t, url);
    await page.getByRole('button', { name: '开始合成' }).click();
    await page.getByRole('alert').filter({ hasText: '请输入有效文本' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'text');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Synthesise' }).click();
    await page.getByRole('alert').filter({ hasText: 'Enter some text' }).waitFor();
    assert.ok((await shifts()) < 0.01);
    await page.reload();
    await page.getByRole('button', { name: 'Synthesise' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });

  test(`${name}: whose voice it is is said`, async (t) => {
    const { url } = await start(t);
    const { page } = await visit(t, url);
    const about = page.getByRole('region', { name: '关于音色' });
    const said = (await about.textContent()) ?? '';
    assert.match(said, /CC.BY-SA/);
    for (const credited of ['Yue Tan', 'Shtooka', 'cmn-caen-tan', 'University of Caen', 'hugolpz/audio-cmn']) {
      assert.ok(said.includes(credited), `${credited} in ${said}`);
    }
  });

  for (const [width, height] of [
    [390, 844],
    [1440, 900],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${name}: at ${width} pixels, ${colorScheme}`, async (t) => {
        const { url } = await start(t);
        const { page } = await visit(t, url, { viewport: { width, height }, colorScheme, deviceScaleFactor: 1.5 });
        const shoot = (state: string): Promise<Buffer> => {
          mkdirSync(shots, { recursive: true });
          return page.screenshot({ path: join(shots, `${name}-${width}-${colorScheme}-${state}.png`), fullPage: true });
        };
        await page.getByLabel('中性').waitFor();
        await shoot('empty');
        await page.getByRole('button', { name: '唐诗' }).click();
        await page.getByLabel('温柔').check();
        await page.getByRole('button', { name: '开始合成' }).click();
        await page.getByText('已合成').waitFor();
        await hear(page);
        await shoot('done');
        await page.getByLabel('文本').fill('');
        await page.getByRole('button', { name: '开始合成' }).click();
        await page.getByText('请输入有效文本').waitFor();
        await shoot('failed');
        for (const language of ['English', '中文']) {
          await page.getByRole('button', { name: language }).click();
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(overflow <= 0, `${overflow} pixels too wide in ${language}`);
        }
      });
    }
  }
}

/** Waits until the audio has begun to play. */
async function hear(page: Page): Promise<{ duration: number }> {
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0);
  return page.evaluate(() => ({ duration: document.querySelector('audio')?.duration ?? 0 }));
}

/** Every stop of the Tab key from the top of the page, as kind and name. */
async function focusOrder(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.getSelection()?.removeAllRanges();
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const stops: string[] = [];
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      if (element === null || element === document.body) return undefined;
      const kind = element.tagName === 'INPUT' ? element.type : element.tagName.toLowerCase();
      const legend = element.type === 'radio' ? element.closest('fieldset')?.querySelector('legend') : undefined;
      const label = legend ?? element.labels?.[0];
      const text = element.getAttribute('aria-label') ?? label?.textContent ?? element.firstChild?.textContent ?? '';
      return `${kind} ${text}`;
    });
    if (stop === undefined) break;
    stops.push(stop);
  }
  return stops;
}

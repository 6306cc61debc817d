import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { decodeFile, decodeStream, probe } from '../audio/ffmpeg.ts';
import { type VisitOptions, visit } from './browser.ts';
import { heard, untilHeard } from './listen.ts';
import { tabStops } from './tab-stops.ts';

/** All different, so that none comes from a cache: long enough that sound can begin before the last byte comes. */
const thirtySentences = [...'春夏秋冬山']
  .flatMap((a) => [...'风雨花月水云'].map((b) => `${a}天的${b}真好看。`))
  .join('');

type Start = (t: TestContext) => Promise<{ readonly url: string }>;

/** What the page must do on any server whose default voice is `tan`: speak, and give what it has spoken. */
export function speechCases(name: string, start: Start, options: VisitOptions = {}): void {
  test(`${name}: a text is typed, heard while it is made, and followed word by word`, async (t) => {
    const { url } = await start(t);
    const { page, complaints, shifts } = await visit(t, url, options);
    await page.getByLabel('文本').click();
    await page.getByLabel('文本').fill(thirtySentences);
    await page.getByText(`${thirtySentences.length} 字`).waitFor();
    await page.getByLabel('高兴').check();
    await page.getByRole('button', { name: '开始合成' }).click();
    await untilHeard(page);
    const [field, sheet] = await page.evaluate(() =>
      ['#text', '.sheet'].map((name) => document.querySelector(name)!.scrollTop),
    );
    assert.equal(sheet, field, 'the mark is where its word is, wherever the field was left');
    const words = await followedWords(page);
    await page.getByText('已合成').waitFor();
    const { sound, ended, loudest } = await heard(page);
    assert.ok(loudest > 0.05, `loudest ${loudest}`);
    assert.ok(sound < ended, `sound at ${sound}, the last byte at ${ended}`);
    assert.ok(words.length >= 3, words.join(' '));
    assert.ok(
      words.every((word, i) => word.start > (words[i - 1]?.start ?? -1)),
      JSON.stringify(words),
    );
    assert.ok(
      words.every((word) => /^[\p{Script=Han}]+$/u.test(word.text)),
      JSON.stringify(words),
    );
    assert.deepEqual(complaints, []);
    assert.equal(await shifts(), 0);
  });

  test(`${name}: it is saved in every format, with subtitles`, async (t) => {
    const { url } = await start(t);
    const { page, complaints } = await visit(t, url, options);
    await page.getByLabel('文本').fill('你好，世界。今天天气真好！');
    await page.getByRole('button', { name: '开始合成' }).click();
    await page.getByText('已合成').waitFor();
    const seconds = await page.locator('.clock').textContent();
    const length = Number(/0:([\d.]+)$/.exec(seconds ?? '')?.[1]);
    for (const format of ['wav', 'mp3', 'opus', 'flac', 'aac', 'pcm']) {
      await page.getByLabel('音频格式', { exact: true }).selectOption(format);
      const { file, bytes } = await saved(page, '下载音频');
      assert.equal(file, `你好 世界 今天天气真好.${format}`);
      const pcm = ['-f', 's16le', '-ar', '16000', '-ac', '1'];
      const samples = format === 'pcm' ? decodeStream(bytes, pcm) : decodeFile(bytes, format);
      const rate = format === 'pcm' ? 16000 : Number(probe(bytes, format).sample_rate);
      // Coders of fixed frames add some at the ends.
      assert.ok(Math.abs(samples.length / rate - length) < 0.15, `${format}: ${samples.length / rate} s of ${length}`);
      assert.ok(
        samples.some((sample) => Math.abs(sample) > 0.05),
        `${format} is not silent`,
      );
    }
    const srt = await saved(page, '下载 SRT 字幕');
    assert.match(srt.bytes.toString('utf8'), /^1\n00:00:0\d,\d{3} --> .*\n你好/);
    const vtt = await saved(page, '下载 VTT 字幕');
    assert.match(vtt.bytes.toString('utf8'), /^WEBVTT\n/);
    const json = JSON.parse((await saved(page, '下载 JSON 字幕')).bytes.toString('utf8')) as { sentences: unknown[] };
    assert.equal(json.sentences.length, 2);
    assert.deepEqual(complaints, []);
  });

  test(`${name}: whose voice it is is said`, async (t) => {
    const { url } = await start(t);
    const { page } = await visit(t, url, options);
    const about = page.getByRole('region', { name: '关于音色' });
    const said = (await about.textContent()) ?? '';
    assert.match(said, /CC.BY-SA/);
    for (const credited of ['Yue Tan', 'Shtooka', 'cmn-caen-tan', 'University of Caen', 'hugolpz/audio-cmn']) {
      assert.ok(said.includes(credited), `${credited} in ${said}`);
    }
  });
}

/** What it must do besides, whatever speaks. */
export function deskCases(name: string, start: Start): void {
  test(`${name}: the keyboard is enough`, async (t) => {
    const { url } = await start(t);
    const { page } = await visit(t, url);
    await page.getByLabel('中性').waitFor();
    await page.keyboard.press('Alt+t');
    await page.keyboard.type('你好。');
    const asked = page.waitForRequest('**/api/tts/stream');
    await page.getByRole('slider', { name: '语速' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+Enter');
    assert.deepEqual((await asked).postDataJSON(), {
      text: '你好。',
      voice: 'tan',
      rate: 1.04,
      format: 'pcm',
      stream_format: 'sse',
    });
    await page.getByText('已合成').waitFor();
    await untilHeard(page);
    const stops = await focusOrder(page);
    assert.deepEqual(stops.slice(0, 3), ['button 快捷键', 'button English', 'textarea 文本']);
    for (const stop of [
      'button 开始合成',
      'range 播放位置',
      'select 音色',
      'radio 情感',
      'range 语速',
      'range 音量',
      'button 读音',
    ]) {
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
    assert.equal(await shifts(), 0);
    await page.reload();
    await page.getByRole('button', { name: 'Synthesise' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });
}

/** The words that are marked while the first seconds are heard, each once. */
async function followedWords(page: Page): Promise<{ text: string; start: number }[]> {
  return page.evaluate(async () => {
    const words: { text: string; start: number }[] = [];
    const end = performance.now() + 2500;
    while (performance.now() < end) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const range = [...(CSS.highlights.get('spoken') ?? [])][0] as Range | undefined;
      if (range === undefined) continue;
      if (words.at(-1)?.start !== range.startOffset) words.push({ text: range.toString(), start: range.startOffset });
    }
    return words;
  });
}

/** What a button saves. */
async function saved(page: Page, button: string): Promise<{ file: string; bytes: Buffer }> {
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const download = await saving;
  return { file: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Every stop of the Tab key from the top of the page, as kind and name. */
function focusOrder(page: Page): Promise<string[]> {
  return tabStops(page, 40, (focused) => {
    const element = focused as HTMLInputElement;
    const kind = element.tagName === 'INPUT' ? element.type : element.tagName.toLowerCase();
    const legend = element.type === 'radio' ? element.closest('fieldset')?.querySelector('legend') : undefined;
    const label = legend ?? element.labels?.[0];
    const text = element.getAttribute('aria-label') ?? label?.textContent ?? element.firstChild?.textContent ?? '';
    return `${kind} ${text}`;
  });
}

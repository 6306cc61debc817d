import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openTestJobs } from '../jobs/opened.ts';
import { serve } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { visit } from './browser.ts';
import { tabStops } from './tab-stops.ts';

interface Stop {
  readonly name: string;
  readonly top: number;
  readonly left: number;
  /** The card it is in: within one, stops go down and to the right. */
  readonly card: string;
  /** It, or what stands for it, has an outline. */
  readonly outlined: boolean;
}

/** Where the focus was at each stop. */
function tabThrough(page: Page): Promise<Stop[]> {
  return tabStops(page, 60, (element) => {
    const { top, left } = (element.closest('label.file') ?? element).getBoundingClientRect();
    // A radio and a file field are drawn by what is beside or around them, the position by its track.
    const drawn = [element, element.nextElementSibling, element.closest('label, .track')];
    const outlined = drawn.some((each) => {
      if (each === null) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    });
    const card = element.closest('.card, header.top')?.className ?? '';
    const name = `${element.tagName.toLowerCase()} ${element.id || element.getAttribute('aria-label') || element.textContent}`;
    return { name, card, outlined, top: top + window.scrollY, left };
  });
}

for (const width of [390, 1440]) {
  test(`at ${width} pixels the focus goes as the page is read, and is seen`, async (t) => {
    const speaker = new ToneSpeaker();
    const { jobs, results } = await openTestJobs(t, { speaker });
    const { url } = await serve(t, { speaker, jobs, results });
    const { page } = await visit(t, url, { viewport: { width, height: 900 }, reducedMotion: 'reduce' });
    await page.getByLabel('文本').fill('你好，世界。');
    await page.getByRole('button', { name: '开始合成' }).click();
    await page.getByText('已合成').waitFor();
    await page.locator('.ruby button').first().waitFor();
    const stops = await tabThrough(page);
    assert.ok(stops.length > 20, `${stops.length} stops`);
    for (const [i, stop] of stops.entries()) {
      assert.ok(stop.outlined, `${stop.name} is seen to have the focus`);
      const before = stops[i - 1];
      if (before === undefined || before.card !== stop.card) continue;
      // What stands in one line is centred, and may differ in height.
      const below = stop.top > before.top + 12;
      const beside = Math.abs(stop.top - before.top) <= 12 && stop.left > before.left;
      assert.ok(
        below || beside,
        `${stop.name} at ${stop.left}, ${stop.top} comes after ${before.name} at ${before.left}, ${before.top}`,
      );
    }
    const cards = stops.map(({ card }) => card).filter((card, i, all) => card !== all[i - 1]);
    assert.deepEqual(cards, ['top', 'card writing', 'card result', 'card panel', 'card shelf']);
  });
}

test('the dialog keeps the focus, and gives it back', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await page.getByLabel('中性').waitFor();
  const opener = page.getByRole('button', { name: '快捷键' });
  for (const close of ['Escape', 'Enter']) {
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    for (let i = 0; i < 5; i += 1) {
      const where = await page.evaluate(() => document.activeElement?.closest('dialog, body')?.tagName);
      // Chromium goes from the last of a dialog to its own bar, which the page sees as the body, and back.
      const reached = await page.evaluate(() => document.activeElement === document.body);
      assert.ok(where === 'DIALOG' || reached, `the focus is in ${where}`);
      await page.keyboard.press('Tab');
    }
    if (close === 'Enter') await page.locator('dialog button').focus();
    await page.keyboard.press(close);
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    assert.equal(await opener.evaluate((element) => element === document.activeElement), true, close);
  }
});

test('Escape in the form of a reading gives the focus back to the word', async (t) => {
  const { url } = await serve(t);
  const { page } = await visit(t, url);
  await page.getByLabel('文本').fill('重庆银行。');
  const word = page.locator('.ruby button').first();
  await word.focus();
  await page.keyboard.press('Enter');
  await page.locator('.editor .wide input').focus();
  await page.keyboard.press('Escape');
  await page.locator('.editor').waitFor({ state: 'detached' });
  assert.equal(await word.evaluate((element) => element === document.activeElement), true);
});

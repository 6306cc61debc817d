import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { LangduError } from '../../src/errors.ts';
import { openTestJobs } from '../jobs/opened.ts';
import { type ServingOptions, serve, sha256 } from '../server/serving.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { violations } from './accessibility.ts';
import { type Visit, visit } from './browser.ts';

/** Where a person looks at the states after changing the page. */
const shots = join(tmpdir(), 'langdu-page');

/** Each state is shot, in both languages, widths and themes, where a person is to look. */
const forPerson = Boolean(process.env.LANGDU_TEST_SHOTS);

/** What is looked for where: themes differ in colours and in nothing else, and languages in everything else. */
const views = [390, 1440].flatMap((width) => [
  { language: 'zh', width, scheme: 'light', rules: 'all' } as const,
  { language: 'zh', width, scheme: 'dark', rules: 'colours' } as const,
  { language: 'en', width, scheme: 'light', rules: 'structure' } as const,
  ...(forPerson ? [{ language: 'en', width, scheme: 'dark', rules: 'colours' } as const] : []),
]);

/** What the page is in these tests: reached by ids and roles, since the words differ between the languages. */
interface Seen extends Visit {
  readonly language: string;
  /** Looks at the page as it is in its views: nothing that axe finds, nothing wider than the screen. */
  look(state: string): Promise<void>;
  speak(text: string): Promise<void>;
}

for (const language of ['zh', 'en']) {
  const open = async (t: TestContext, options: ServingOptions = {}): Promise<Seen> => {
    const { url } = await serve(t, options);
    const visited = await visit(t, url, { reducedMotion: 'reduce' });
    const { page, complaints } = visited;
    await page.evaluate((value) => localStorage.setItem('langdu-language', value), language);
    await page.reload();
    const look = async (state: string): Promise<void> => {
      for (const { width, scheme, rules } of views.filter((view) => view.language === language)) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
        await page.emulateMedia({ colorScheme: scheme });
        const name = `${state}, ${language}, ${width} pixels, ${scheme}`;
        assert.deepEqual(complaints.splice(0), [], name);
        assert.deepEqual(await violations(page, rules), [], name);
        // axe puts a style of its own into the page to look at it, which the policy forbids.
        complaints.length = 0;
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} pixels too wide: ${name}`);
        await shoot(page, `${state}-${language}-${width}-${scheme}`);
      }
    };
    const speak = async (text: string): Promise<void> => {
      await page.locator('#text').fill(text);
      await page.locator('.primary').click();
    };
    return { ...visited, language, look, speak };
  };

  test(`accessible, ${language}: empty, speaking, done, readings, corrections, history, lexicon`, async (t) => {
    const { page, look, speak } = await open(t, { speaker: new ToneSpeaker({ pace: 700 }), maxText: 100 });
    await page.locator('#voice').waitFor();
    await look('empty');
    await speak('床前明月光，疑是地上霜。举头望明月，低头思故乡。'.repeat(2));
    await page.waitForFunction(() => (CSS.highlights.get('spoken')?.size ?? 0) > 0);
    await look('speaking');
    await page.locator('.status.done').waitFor();
    await page.locator('.ruby button').first().waitFor();
    await look('done');
    await page.locator('.ruby button').nth(1).click();
    await look('reading');
    await page.locator('.editor .wide input').fill('no such reading');
    await page.locator('.editor button[type=submit]').click();
    await page.locator('.editor .problem').filter({ hasText: /./ }).waitFor();
    await look('correction refused');
    await page.locator('.editor .wide input').fill('=月亮');
    await page.locator('.editor button[type=submit]').click();
    await page.locator('.ruby .own').first().waitFor();
    await look('corrected');
    for (const tab of ['history', 'lexicon']) {
      await page.locator(`#tab-${tab}`).click();
      await look(tab);
    }
    await page.locator('#voice').selectOption('flute');
    await page.locator('#text').fill('长'.repeat(101));
    await look('another voice, too long');
  });

  test(`accessible, ${language}: jobs running, done, failed and cancelled`, async (t) => {
    const speaker = new ToneSpeaker({ pace: 100 });
    const { jobs, results } = await openTestJobs(t, { speaker });
    const { page, look } = await open(t, { speaker, jobs, results });
    const job = async (text: string): Promise<void> => {
      await page.locator('#text').fill(text);
      await page.locator('.actions .quiet:not(.absent), .primary:not(:has(kbd))').click();
    };
    await page.locator('#tab-jobs').click();
    await look('no jobs');
    await job('☃☃☃');
    await page.locator('.job').nth(0).locator('.icon').waitFor();
    await job('你好世界。');
    await page.locator('.job').nth(1).waitFor();
    await page.locator('.job audio').waitFor();
    await job('你好世界。'.repeat(60));
    await page.locator('.job').nth(2).waitFor();
    await page.locator('.job progress').waitFor();
    await page.locator('.job').first().locator('.cancel').click();
    await page.locator('.job').nth(2).waitFor();
    await job(`${'一二三四五六七八九十'.repeat(3)}。`.repeat(50));
    await page.locator('.job').nth(3).waitFor();
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 1);
    await look('jobs');
    assert.equal(await page.locator('.job progress').count(), 1, 'one still runs');
    await page.locator('.job .cancel').click();
    await page.locator('.job progress').waitFor({ state: 'detached' });
  });

  test(`accessible, ${language}: refused, busy, broken off, and away`, async (t) => {
    const failure: { sentence: number; error: LangduError } = {
      sentence: 0,
      error: new LangduError('overloaded', { retryAfter: 600 }),
    };
    const { page, look, speak } = await open(t, { speaker: new ToneSpeaker({ failAt: failure }) });
    await speak('');
    await page.locator('.status.failed').waitFor();
    await look('refused');
    await speak('你好。再见。');
    await page.locator('.retry').waitFor();
    await look('busy');
    failure.sentence = 1;
    failure.error = new LangduError('worker_lost');
    await speak('你好。再见。');
    await page.locator('.retry:enabled').waitFor();
    await look('broken off');
    await page.context().setOffline(true);
    await speak('你好。');
    await page.locator('.notice').waitFor();
    await look('offline');
  });

  test(`accessible, ${language}: a key is asked for, the wrong one refused; the keys of the page`, async (t) => {
    const { page, look } = await open(t, { keys: `app: {sha256: ${sha256('secret')}}` });
    await page.locator('#key').waitFor();
    await look('key');
    await page.locator('#key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator('.key [role=alert]').waitFor();
    await look('wrong key');
    await page.locator('#key').fill('secret');
    await page.keyboard.press('Enter');
    await page.locator('#voice').waitFor();
    await page.locator('.top .quiet').first().click();
    await page.locator('dialog[open]').waitFor();
    await look('shortcuts');
  });
}

async function shoot(page: Page, name: string): Promise<void> {
  if (!forPerson) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `state-${name.replaceAll(/[, ]+/g, '-')}.png`), fullPage: true });
}

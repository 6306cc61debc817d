import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ensureDebianPackage } from '../install.ts';
import { listen } from './listen.ts';

const CHROMIUM = '/usr/bin/chromium';
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // A name that stands for this machine without being `localhost`: over plain HTTP it is what another machine would be.
  '--host-resolver-rules=MAP langdu.test 127.0.0.1',
];

export interface Visit {
  readonly page: Page;
  /** What the page's console and its policy complained of. */
  readonly complaints: string[];
  /** Sum of the layout shifts so far, as browsers score them: not what follows an input within half a second. */
  shifts(): Promise<number>;
}

/** A page in a Chromium of its own, with a profile of its own; both end with the test. */
export async function visit(t: TestContext, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  ensureDebianPackage('chromium', CHROMIUM);
  const profile = await mkdtemp(join(tmpdir(), 'langdu-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: quiet,
    ...options,
  });
  t.after(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refusal is an answer like any other; Chromium notes each.
    if (message.text().startsWith('Failed to load resource')) return;
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    const scored = window as unknown as { shifts: number };
    scored.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
        if (!entry.hadRecentInput) scored.shifts += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await listen(page);
  await page.goto(url);
  // To four places, one more than browsers report: a glyph that settles by a pixel is a millionth.
  const shifts = async () =>
    Number((await page.evaluate(() => (window as unknown as { shifts: number }).shifts)).toFixed(4));
  return { page, complaints, shifts };
}

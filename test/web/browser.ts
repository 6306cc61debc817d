import { after, type TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ensureDebianPackage } from '../install.ts';
import { listen } from './listen.ts';

/**
 * Chromium as people have it, and its build that has no window to show them: the same engine of the same version, for half
 * the processor time.
 */
const packages = { chromium: '/usr/bin/chromium', 'chromium-headless-shell': '/usr/bin/chromium-headless-shell' };

export interface VisitOptions extends BrowserContextOptions {
  /** In Chromium as people have it. */
  readonly whole?: boolean;
}

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-software-rasterizer',
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

const browsers = new Map<string, Promise<Browser>>();
after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

/** One for all visits of a test file: a start takes more than most of what is tested. */
function browserOfFile(name: keyof typeof packages): Promise<Browser> {
  let browser = browsers.get(name);
  if (browser === undefined) {
    ensureDebianPackage(name, packages[name]);
    browser = chromium.launch({ executablePath: packages[name], args: quiet });
    browsers.set(name, browser);
  }
  return browser;
}

/** A page in Chromium's engine, with storage of its own, which ends with the test. */
export async function visit(t: TestContext, url: string, options: VisitOptions = {}): Promise<Visit> {
  const { whole = false, ...contextOptions } = options;
  const browser = await browserOfFile(whole ? 'chromium' : 'chromium-headless-shell');
  const context = await browser.newContext(contextOptions);
  t.after(() => context.close());
  const page = await context.newPage();
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

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const COLOURS = 'color-contrast';

type WithAxe = typeof globalThis & { axe: { run(context: Document, options: RunOptions): Promise<AxeResults> } };

/**
 * What axe finds wrong with the page as it is now: each rule, with where.
 *
 * @param rules what to look at: all, colours alone, or all but colours
 */
export async function violations(page: Page, rules: 'all' | 'colours' | 'structure'): Promise<string[]> {
  // Evaluated, not added to the page: its policy would not let that in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(source, 'utf8'));
  const options: RunOptions = {
    resultTypes: ['violations'],
    ...(rules === 'colours' ? { runOnly: [COLOURS] } : {}),
    ...(rules === 'structure' ? { rules: { [COLOURS]: { enabled: false } } } : {}),
  };
  return page.evaluate(async (options) => {
    const { violations } = await (window as unknown as WithAxe).axe.run(document, options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
    );
  }, options);
}

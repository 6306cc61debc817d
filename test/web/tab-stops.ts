import type { Page } from 'playwright-core';

/** Presses Tab from the top of the page until it is left, `most` times at most; what `look`, which runs in the page, says of each stop. */
export async function tabStops<Stop>(page: Page, most: number, look: (element: HTMLElement) => Stop): Promise<Stop[]> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.getSelection()?.removeAllRanges();
    document.body.tabIndex = -1;
    document.body.focus();
    window.scrollTo(0, 0);
  });
  const stops: Stop[] = [];
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluateHandle(() => {
      const element = document.activeElement as HTMLElement | null;
      return element === document.body ? null : element;
    });
    const element = focus.asElement();
    if (element === null) break;
    stops.push((await element.evaluate(look as (element: Node) => Stop)) as Stop);
    await focus.dispose();
  }
  return stops;
}

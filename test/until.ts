import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;

/**
 * Waits until a condition holds, looking every so many milliseconds. Throws when it does not within `ms` milliseconds.
 *
 * @param what it waits for, to say so; a function is asked when it was in vain
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string),
  ms = 10_000,
  every = LOOK_EVERY_MS,
): Promise<void> {
  for (const end = Date.now() + ms; !(await condition()); await delay(every)) {
    if (Date.now() > end) throw new Error(`waited in vain until ${typeof what === 'string' ? what : what()}`);
  }
}

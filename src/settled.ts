import { setTimeout as delay } from 'node:timers/promises';

/** Waits for work to end, but not for ever: true when it ended well and in time. What is late goes on by itself. */
export async function settled(work: Promise<unknown>, ms: number): Promise<boolean> {
  const enough = new AbortController();
  const done = work.then(
    () => true,
    () => false,
  );
  const late = delay(ms, false, { signal: enough.signal }).catch(() => false);
  const well = await Promise.race([done, late]);
  enough.abort();
  return well;
}

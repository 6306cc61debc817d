import { setImmediate as othersRun } from 'node:timers/promises';

/** How long work holds the thread before others run, in milliseconds. */
const SLICE_MS = 2;

/** Runs work that yields now and then, and lets the event loop turn whenever a slice is used up. Short work runs at once. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < SLICE_MS) continue;
    await othersRun();
    began = performance.now();
  }
}

/** How long work holds the thread before others run, in milliseconds. */
const SLICE_MS = 2;

/** Work that waits for its next slice. One goes on in a turn of the event loop, however many there are. */
const waiting: (() => void)[] = [];

/**
 * Runs work that yields now and then, and lets the event loop turn whenever a slice is used up. Short work runs at
 * once.
 */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < SLICE_MS) continue;
    await nextSlice();
    began = performance.now();
  }
}

function nextSlice(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()!();
  if (waiting.length > 0) setImmediate(goOn);
}

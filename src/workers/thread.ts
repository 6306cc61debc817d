import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** How long a thread may take over what it is at before it is left behind. */
const LEAVE_MS = 2500;

/** Starts one of this folder's threads. */
export function startThread(file: string, workerData?: unknown): Worker {
  return new Worker(new URL(`./${file}.js`, import.meta.url), { workerData });
}

/**
 * Asks a thread to end. It is never terminated: that interrupts ONNX Runtime inside a call, whose exception then ends
 * the whole process.
 */
export async function leave(worker: Worker): Promise<void> {
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.postMessage({ type: 'close' });
  const enough = new AbortController();
  await Promise.race([gone, delay(LEAVE_MS, undefined, { signal: enough.signal, ref: true }).catch(() => undefined)]);
  enough.abort();
  worker.unref();
}

import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { refuseTelemetry } from '../config/telemetry.ts';
import { settled } from '../settled.ts';

/** How long a thread may take over what it is at before it is left behind. */
const LEAVE_MS = 2500;

/** A thread that cannot even start is not restarted for ever. */
export const STARTS_IN_A_ROW = 3;

/**
 * Starts a thread: one of this folder's, or another module. It can give memory back (inference/release.ts), for which
 * Node 20 wants to be asked before it starts.
 *
 * @param youngMb megabytes of what is new; once they are full, garbage among it is collected
 */
export function startThread(module: string | URL, workerData?: unknown, youngMb?: number): Worker {
  const url = typeof module === 'string' ? new URL(`./${module}.js`, import.meta.url) : module;
  refuseTelemetry();
  if (!('transfer' in ArrayBuffer.prototype)) setFlagsFromString('--harmony-rab-gsab-transfer');
  return new Worker(url, {
    workerData,
    resourceLimits: youngMb === undefined ? {} : { maxYoungGenerationSizeMb: youngMb },
  });
}

/**
 * Asks a thread to end. It is never terminated: that interrupts ONNX Runtime inside a call, whose exception then ends
 * the whole process. Rejects when it does not end in its time; what it is at may then keep the process from its own
 * end.
 */
export async function leave(worker: Worker): Promise<void> {
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage({ type: 'close' });
  const left = await settled(gone, LEAVE_MS);
  worker.unref();
  if (!left) throw new Error('a thread did not end');
}

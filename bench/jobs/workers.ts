import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/config/paths.ts';

/** Nothing from a cache, one thread, one job at a time. */
const alone = {
  LANGDU_WORKERS: '1',
  LANGDU_JOB_SLOTS: '1',
  LANGDU_CACHE_BYTES: '0',
  LANGDU_CACHE_DISK_BYTES: '0',
  LANGDU_LOG: 'info',
};
/** A worker finishes the sentence at hand; one that takes longer is stuck. */
const STOP_MS = 15_000;

/** `langdu worker` as an operator starts it. Resolves when it is ready. */
export async function startWorker(env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(packageRoot, '.build/src/cli/main.js'), 'worker'], {
    env: { ...process.env, ...alone, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = createInterface({ input: child.stderr! });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.includes('"msg":"ready"')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`langdu worker ended with ${code}`)));
  });
  return child;
}

export async function stopWorkers(workers: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    workers.map(async (worker) => {
      if (worker.exitCode !== null || worker.signalCode !== null) return;
      const exited = once(worker, 'exit');
      worker.kill('SIGTERM');
      const late = setTimeout(() => worker.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(late);
    }),
  );
}

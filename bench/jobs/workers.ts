import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/config/paths.ts';

/** `langdu worker` as an operator starts it: one thread, one job at a time. Resolves when it is ready. */
export async function startWorker(env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(packageRoot, '.build/src/cli/main.js'), 'worker'], {
    env: { ...process.env, LANGDU_WORKERS: '1', LANGDU_JOB_SLOTS: '1', LANGDU_CACHE_BYTES: '0', ...env },
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
      const exited = once(worker, 'exit');
      worker.kill('SIGTERM');
      await exited;
    }),
  );
}

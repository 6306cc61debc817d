import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';

/** `langdu serve` as a user starts it: a process of its own with the shipped voice, on a free port. */
export interface RealServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Log lines so far. */
  readonly log: readonly string[];
}

/** @param starting told of the process before it is ready */
export async function startReal(
  t: TestContext,
  env: Record<string, string> = {},
  starting: (child: ChildProcess) => void = () => undefined,
): Promise<RealServer> {
  const output = mkdtempSync(join(tmpdir(), 'langdu-e2e-'));
  const child = spawn(process.execPath, [join(packageRoot, '.build/src/cli/main.js'), 'serve'], {
    env: { ...process.env, PORT: '0', LANGDU_OUTPUT: output, LANGDU_WORKERS: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(output, { recursive: true, force: true });
  });
  starting(child);
  const log: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      log.push(line);
      if (line.includes('"msg":"ready"')) resolve(JSON.parse(line).address);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${log.join('\n')}`)));
  });
  return { url, process: child, log };
}

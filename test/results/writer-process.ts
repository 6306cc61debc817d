import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export interface WriterProcess {
  /** Name of the first result it begins. */
  readonly first: string;
  readonly child: ChildProcess;
  /** With SIGKILL: it has no chance to clean up. */
  kill(): Promise<void>;
}

/** Starts `write-on.ts` as a process of its own, and waits until it has begun a result. */
export async function startWriter(t: TestContext, options: object): Promise<WriterProcess> {
  const script = fileURLToPath(new URL('./write-on.js', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  t.after(kill);
  const lines = createInterface({ input: child.stdout! });
  const [first] = (await once(lines, 'line')) as [string];
  // A test that fails may not come to kill it: the tests end all the same, and it with them.
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) (pipe as Socket).unref();
  return { first, child, kill };
}

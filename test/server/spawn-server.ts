import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export interface SpawnOptions {
  /** How long a sentence takes, in milliseconds. */
  readonly pace?: number;
  readonly script?: string;
  /** Settings, as variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of its own that serves tones on a free port, and its address; it ends with the test. */
export async function spawnServer(
  t: TestContext,
  { pace = 0, script = 'serve-tones.js', env = {} }: SpawnOptions = {},
): Promise<{ child: ChildProcess; address: string; port: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-spawned-'));
  const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, folder, String(pace)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LANGDU_LOG: 'error', ...env },
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const address = line.toString().trim();
  return { child, address, port: Number(new URL(address).port) };
}

/** What a server's metrics say, by `name{labels}`. */
export async function metricsOf(address: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

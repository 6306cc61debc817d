import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server under load, in a process of its own. */
export interface Served {
  readonly port: number;
  /** A gauge or the sum of a counter, as /metrics has it; the labels, where given, must stand in the line. */
  metric(name: string, ...labels: readonly string[]): Promise<number>;
  stop(): Promise<void>;
}

/** `langdu serve` as it was built for the tests, on a free port, with folders of its own. */
export async function serveLangdu(
  voices: string,
  voice: string,
  settings: Record<string, string> = {},
): Promise<Served> {
  const scratch = mkdtempSync(join(tmpdir(), 'langdu-load-'));
  const main = new URL('../../src/cli/main.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, 'serve', '--port', '0'], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LANGDU_VOICES: voices, LANGDU_VOICE: voice, ...settings },
  });
  const served = await listening(child);
  return {
    ...served,
    stop: async () => {
      await served.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** The naive server of naive.ts. */
export async function serveNaive(voices: string, voice: string): Promise<Served> {
  const main = new URL('./naive.js', import.meta.url).pathname;
  return listening(spawn(process.execPath, [main, voices, voice], { stdio: ['ignore', 'ignore', 'pipe'] }));
}

/** Waits for the log line that says where it listens. */
async function listening(child: ChildProcess): Promise<Served> {
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      const address = /"address":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(line)?.[1];
      if (address !== undefined) resolve(Number(address));
    });
  });
  return {
    port,
    metric: async (name, ...labels) => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(name) && labels.every((each) => line.includes(each)));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

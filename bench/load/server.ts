import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WINDOW_MS } from '../../src/metrics/process.ts';

/** A server under load, in a process of its own. */
export interface Served {
  readonly port: number;
  /** A gauge or the sum of a counter, as /metrics has it; the labels, where given, must stand in the line. */
  metric(name: string, ...labels: readonly string[]): Promise<number>;
  /** From here on the event loop's percentiles are of what comes, not of the start or of other clients. */
  forget(): Promise<void>;
  stop(): Promise<void>;
}

/** `langdu serve` as it was built for the tests, on a free port, with folders of its own. */
export function serveLangdu(voices: string, voice: string, settings: Record<string, string> = {}): Promise<Served> {
  const main = new URL('../../src/cli/main.js', import.meta.url).pathname;
  return serve([main, 'serve', '--port', '0'], { LANGDU_VOICES: voices, LANGDU_VOICE: voice, ...settings });
}

/** The naive server of naive.ts. */
export function serveNaive(voices: string, voice: string): Promise<Served> {
  return serve([new URL('./naive.js', import.meta.url).pathname, voices, voice], {});
}

/**
 * Its log goes to a file, as an operator's would: whoever read it from a pipe would take time from those that are
 * measured.
 */
async function serve(args: readonly string[], settings: Record<string, string>): Promise<Served> {
  const scratch = mkdtempSync(join(tmpdir(), 'langdu-load-'));
  const log = join(scratch, 'log');
  const file = openSync(log, 'a');
  const env = { ...process.env, ...settings };
  const child = spawn(process.execPath, args, { cwd: scratch, stdio: ['ignore', 'ignore', file], env });
  closeSync(file);
  const port = await listening(child, log);
  const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  let window = performance.now();
  return {
    port,
    metric: async (name, ...labels) => {
      const text = await scrape();
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(name) && labels.every((each) => line.includes(each)));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    forget: async () => {
      await delay(Math.max(0, window + WINDOW_MS - performance.now()));
      await scrape();
      window = performance.now();
    },
    stop: async () => {
      const gone = once(child, 'exit');
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Waits for the log line that says where it listens. */
async function listening(child: ChildProcess, log: string): Promise<number> {
  for (;;) {
    const address = /"address":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(readFileSync(log, 'utf8'))?.[1];
    if (address !== undefined) return Number(address);
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await delay(20);
  }
}

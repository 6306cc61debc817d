import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { packageRoot } from '../../src/config/paths.ts';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';

export interface LogLine {
  readonly [key: string]: unknown;
  readonly msg?: string;
}

/** `langdu serve --processes`, as a user starts it, with the shipped voice. */
export interface Started {
  readonly url: string;
  readonly primary: ChildProcess;
  /** Lines of the log so far; what is no JSON is the `msg` of one. */
  readonly log: readonly LogLine[];
  /** Pid of the process that now has this number, once it is ready. */
  pidOf(number: number): number;
  end(): Promise<void>;
}

const main = join(packageRoot, '.build/src/cli/main.js');

export async function startProcesses(processes: number, env: Record<string, string> = {}): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-processes-'));
  const port = String(await freePort());
  const primary = spawn(process.execPath, [main, 'serve', '--processes', String(processes)], {
    cwd: folder, // output, cache and jobs are made there
    env: { ...process.env, LANGDU_WORKERS: String(processes), ...env, PORT: port },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: LogLine[] = [];
  createInterface({ input: primary.stderr! }).on('line', (line) => {
    log.push(line.startsWith('{') ? JSON.parse(line) : { msg: line });
  });
  const readyLine = (number: number) => log.findLast((line) => line.msg === 'ready' && line.process === number);
  const pidOf = (number: number): number => {
    const ready = readyLine(number);
    if (ready === undefined) throw new Error(`process ${number} never was ready`);
    return Number(ready.pid);
  };
  const end = async (): Promise<void> => {
    if (primary.exitCode === null && primary.signalCode === null) {
      primary.kill('SIGTERM');
      await once(primary, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  // The primary's line may overtake those of the processes, which write theirs themselves.
  const started = () =>
    log.some((line) => line.msg === 'all processes are ready') &&
    Array.from({ length: processes }, (_, index) => readyLine(index + 1)).every((line) => line !== undefined);
  await until(() => started() || primary.exitCode !== null, 'all processes are ready', 60_000);
  if (!started()) throw new Error(`the start failed: ${JSON.stringify(log)}`);
  return { url: `http://127.0.0.1:${port}`, primary, log, pidOf, end };
}

/** What a start that fails says, and how it ends. */
export async function refused(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-processes-'));
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: folder,
    env: { ...process.env, PORT: String(await freePort()), LANG: 'C', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (data) => {
    stderr += data;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  rmSync(folder, { recursive: true, force: true });
  return { code, stderr };
}

/**
 * A request on a connection of its own, which any of the processes may get. Not by `fetch`: with `connection: close` that takes
 * a body for whole when the connection ends without the last chunk, as it does where a process is killed.
 */
export async function ask(url: string, body?: object, agent: Agent | false = false): Promise<Response> {
  const asking = request(url, {
    agent,
    ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' } }),
  });
  asking.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return new Response(Readable.toWeb(answer) as ReadableStream, { status: answer.statusCode ?? 0 });
}

/** Whether a process is there. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

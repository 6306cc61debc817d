import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { loadSettings, type Settings } from '../../src/config/settings.ts';
import type { Jobs } from '../../src/jobs/jobs.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { openFileStore } from '../../src/results/files.ts';
import type { RetentionLimits } from '../../src/results/plan.ts';
import type { ResultStore } from '../../src/results/store.ts';
import { buildServer } from '../../src/server/app.ts';
import type { ServerParts } from '../../src/server/parts.ts';
import type { Speaker } from '../../src/speech.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';

export interface ServingOptions extends Partial<RetentionLimits> {
  readonly speaker?: Speaker;
  readonly results?: ResultStore;
  readonly jobs?: Jobs;
  readonly policy?: Policy;
  readonly maxText?: number;
  readonly voice?: string;
  readonly webRoot?: string;
  /** Text of its key file, which lives as long as the server does: it is looked at every second. */
  readonly keys?: string;
  /** Over the defaults. */
  readonly settings?: Partial<Settings>;
  /** Least severe level that is logged. */
  readonly level?: string;
  /** The log may hold an unforeseen error: otherwise one fails the test. */
  readonly mayFail?: boolean;
}

export interface Serving {
  readonly url: string;
  readonly port: number;
  readonly app: FastifyInstance;
  readonly server: Server;
  readonly folder: string;
  /** Lines of the log so far. */
  readonly log: readonly LogLine[];
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export interface LogLine {
  readonly [key: string]: unknown;
}

/** Name of the key file in a server's folder. */
export const KEYS = 'keys.yaml';

/** As a key file has it. */
export function sha256(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** A real server on a free port of loopback, with files in a folder of its own; it ends with the test. */
export async function serve(t: TestContext, options: ServingOptions = {}): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-server-'));
  const lines: LogLine[] = [];
  const log = createLog(options.level ?? 'info', { write: (line) => void lines.push(JSON.parse(line)) });
  const { keepHours = 24, keepBytes = 0 } = options;
  const results = options.results ?? (await openFileStore({ folder, log, keepHours, keepBytes }));
  const settings = {
    ...loadSettings(),
    voice: options.voice ?? '',
    maxText: options.maxText ?? 1000,
    ...options.settings,
  };
  if (options.keys !== undefined) {
    settings.keys = join(folder, KEYS);
    await writeFile(settings.keys, options.keys);
  }
  const metrics = createMetrics();
  const parts: ServerParts = {
    speaker: options.speaker ?? new ToneSpeaker(),
    results,
    jobs: options.jobs,
    settings,
    log,
    metrics,
    policy: options.policy,
    ...(options.webRoot === undefined ? {} : { webRoot: options.webRoot }),
  };
  const app = buildServer(parts);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  t.after(async () => {
    app.server.closeAllConnections();
    await app.close();
    await results.close();
    metrics.close();
    await rm(folder, { recursive: true, force: true });
    const unforeseen = lines.filter((line) => line.level === 'error');
    if (!options.mayFail && unforeseen.length > 0) throw new Error(`logged: ${JSON.stringify(unforeseen[0])}`);
  });
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/api/tts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
  return { url, port, app, server: app.server, folder, log: lines, post };
}

/** Sends these bytes and nothing else, as a client that knows no rules would; what came back until the server closed. */
export function raw(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => received.push(data));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(Buffer.concat(received).toString('utf8')));
  });
}

/** The status and body of a raw response. */
export function parse(response: string): { status: number; head: string; body: string } {
  const [head = '', ...rest] = response.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body: rest.join('\r\n\r\n') };
}

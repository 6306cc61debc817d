import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/config/paths.ts';
import type { Precision } from '../../src/importer/import.ts';
import { makeFullSizeVoice } from '../engine/voice.ts';
import { percentile, table } from '../table.ts';
import type { ClientResult, ClientTask } from './client.ts';
import { type Served, serveLangdu, serveNaive } from './server.ts';

/**
 * `npm run bench:load`: many callers at once, on loopback, bounded. For a full-size voice with random weights and for
 * the starter voice: the load curve, repeated phrases, a naive server under the same load, and memory over many
 * requests.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    clients: { type: 'string', default: '1,2,4,8,16,32,64' },
    voice: { type: 'string', default: 'full,tan' },
    tables: { type: 'string', default: 'load,cache,naive,overload,memory' },
    requests: { type: 'string', default: '20000' },
    precision: { type: 'string', default: 'int8' },
  },
});
const seconds = Number(values.seconds);
const tables = new Set(values.tables.split(','));
const STREAM = '/api/tts/stream';
/** Until the code is compiled that a request runs through: a server lives for weeks. */
const WARM_UP_SECONDS = 10;
let seed = 0;

interface Subject {
  readonly title: string;
  readonly folder: string;
  readonly voice: string;
}

function drive(server: Served, task: Partial<ClientTask>): Promise<ClientResult> {
  seed += 1;
  const whole: ClientTask = {
    port: server.port,
    path: STREAM,
    voice: undefined,
    clients: 1,
    seconds,
    rampSeconds: seconds,
    most: Number.MAX_SAFE_INTEGER,
    kind: 'mixed',
    sampleRate: 16000,
    seed,
    ...task,
  };
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./client.js', import.meta.url).pathname);
    child.once('message', (result) => resolve(result as ClientResult));
    child.once('exit', (code) => code !== 0 && reject(new Error(`the client ended with ${code}`)));
    child.send(whole);
  });
}

const head = [
  'clients',
  'requests/s',
  'speech s/s',
  'first p50',
  'p95',
  'p99',
  'total p50',
  'p95',
  'p99',
  'refused',
  'failed',
  'loop p99 ms',
  'RSS MB',
];

async function serveWarm({ folder, voice }: Subject, settings: Record<string, string> = {}): Promise<Served> {
  const server = await serveLangdu(folder, voice, settings);
  await drive(server, { clients: 2, seconds: WARM_UP_SECONDS, rampSeconds: 0 });
  return server;
}

async function row(name: string, server: Served, result: ClientResult): Promise<string[]> {
  const ms = (list: readonly number[], share: number) => percentile(list, share).toFixed(1);
  const loop = await server.metric('langdu_event_loop_delay_seconds', 'percentile="99"').catch(() => Number.NaN);
  const rss = await server.metric('langdu_memory_bytes', 'kind="rss"').catch(() => Number.NaN);
  return [
    name,
    (result.requests / result.seconds).toFixed(1),
    (result.speech / result.seconds).toFixed(1),
    ...[0.5, 0.95, 0.99].map((share) => ms(result.firstMs, share)),
    ...[0.5, 0.95, 0.99].map((share) => ms(result.totalMs, share)),
    String(result.refused),
    String(result.failed),
    (loop * 1000).toFixed(1),
    (rss / 1e6).toFixed(0),
  ];
}

async function loadTable(subject: Subject): Promise<void> {
  const server = await serveWarm(subject);
  const rows: string[][] = [];
  for (const clients of values.clients.split(',').map(Number)) {
    await server.forget();
    rows.push(await row(String(clients), server, await drive(server, { clients })));
  }
  await server.stop();
  console.log(`${table(head, rows)}\n`);
}

async function cacheTable(subject: Subject): Promise<void> {
  const server = await serveWarm(subject);
  await drive(server, { kind: 'phrases', clients: 4, seconds: 3, rampSeconds: 0 });
  const rows: string[][] = [];
  for (const clients of [1, 8, 16, 32]) {
    await server.forget();
    rows.push(await row(String(clients), server, await drive(server, { kind: 'phrases', clients, rampSeconds: 1 })));
  }
  await server.stop();
  console.log(`repeated phrases, all of them cached\n${table(head, rows)}\n`);
}

async function naiveTable(subject: Subject): Promise<void> {
  const rows: string[][] = [];
  const naive = await serveNaive(subject.folder, subject.voice);
  rows.push(await row('naive, 8', naive, await drive(naive, { clients: 8, path: '/' })));
  await naive.stop();
  const server = await serveWarm(subject);
  await server.forget();
  rows.push(await row('langdu, 8', server, await drive(server, { clients: 8 })));
  await server.stop();
  console.log(`against a naive server: one worker, no batch, no cache\n${table(head, rows)}\n`);
}

/** More clients than can be served: what is refused, and whether those admitted start when they were promised to. */
async function overloadTable(subject: Subject): Promise<void> {
  const rows: string[][] = [];
  const server = await serveWarm(subject, { LANGDU_LONGEST_WAIT: '1' });
  for (const clients of [16, 64, 128, 256]) {
    await server.forget();
    const result = await drive(server, { clients });
    const share = (kept: (each: ClientResult['promises'][number]) => boolean) =>
      `${((100 * result.promises.filter(kept).length) / Math.max(1, result.promises.length)).toFixed(1)} %`;
    const inTime = share(({ took }) => took <= 1000);
    const asPredicted = share(({ took, promised }) => took <= promised);
    rows.push([...(await row(String(clients), server, result)), inTime, asPredicted]);
  }
  await server.stop();
  console.log(`past saturation, longest wait 1 s\n${table([...head, 'within 1 s', 'as predicted'], rows)}\n`);
}

/** Small caches, so that they are full after a thousand requests: what grows beyond is a leak. */
async function memoryTable({ folder, voice }: Subject): Promise<void> {
  const server = await serveLangdu(folder, voice, { LANGDU_CACHE_BYTES: '8M', LANGDU_ANSWER_BYTES: '4M' });
  const rss = async () => (await server.metric('langdu_memory_bytes', 'kind="rss"')) / 1e6;
  const most = Number(values.requests);
  const short = { kind: 'calls', clients: 16, seconds: 900, rampSeconds: 0 } as const;
  await drive(server, { ...short, most: Math.min(1000, most) });
  const early = await rss();
  await drive(server, { ...short, most: most - 1000 });
  const late = await rss();
  await server.stop();
  const growth = (100 * (late - early)) / early;
  console.log(
    `RSS after 1,000 requests ${early.toFixed(0)} MB, after ${most} ${late.toFixed(0)} MB: ${growth.toFixed(1)} %\n`,
  );
}

console.log(
  `${cpus()[0]!.model.trim()}, ${cpus().length} cores, Node ${process.version}; texts of 8 to 120 characters, closed loop\n`,
);
const full = values.voice.includes('full') ? makeFullSizeVoice(values.precision as Precision) : undefined;
const subjects: Subject[] = [];
if (full !== undefined)
  subjects.push({ title: `full-size voice, random weights, ${values.precision}`, folder: full.folder, voice: 'full' });
if (values.voice.includes('tan'))
  subjects.push({ title: 'starter voice tan', folder: join(packageRoot, 'voices'), voice: 'tan' });
try {
  for (const subject of subjects) {
    console.log(`## ${subject.title}\n`);
    if (tables.has('load')) await loadTable(subject);
    if (tables.has('cache')) await cacheTable(subject);
    if (tables.has('naive')) await naiveTable(subject);
    if (tables.has('overload')) await overloadTable(subject);
    if (tables.has('memory')) await memoryTable(subject);
  }
} finally {
  full?.remove();
}

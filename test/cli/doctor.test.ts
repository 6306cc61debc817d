import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../src/cli/doctor/check.ts';
import { checkRedis } from '../../src/cli/doctor/services.ts';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

async function examine(
  t: TestContext,
  flags: readonly string[],
): Promise<{ status: number | null; found: Map<string, Finding> }> {
  const cwd = await mkdtemp(join(tmpdir(), 'langdu-doctor-'));
  t.after(() => rm(cwd, { recursive: true, force: true }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'doctor', '--json', ...flags], {
    cwd,
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return { status, found: new Map((JSON.parse(stdout) as Finding[]).map((each) => [each.subject, each])) };
}

test('a machine that can serve passes', async (t) => {
  const { status, found } = await examine(t, ['--port', '0']);
  for (const subject of ['node', 'open files', 'port', 'output', 'jobs', 'cache', 'results', 'voice tan']) {
    assert.ok(found.has(subject), subject);
  }
  assert.deepEqual(
    [...found.values()].filter(({ state }) => state === 'fail'),
    [],
  );
  assert.match(found.get('voice tan')!.says, /^speaks \d+ times .*\(default\)$/);
  assert.equal(status, 0);
});

test('what is wrong is found, with what to do', async (t) => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  t.after(() => squatter.close());
  const { port } = squatter.address() as { port: number };
  const folder = await mkdtemp(join(tmpdir(), 'langdu-doctor-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'keys.yaml');
  await writeFile(file, 'app: {}');
  const lexicon = join(folder, 'lexicon.txt');
  await writeFile(lexicon, '好 hao9\n');
  const { status, found } = await examine(t, [
    ...['--port', String(port), '--output', join(file, 'below a file'), '--keys', file],
    ...['--voices', folder, '--max-connections', '1000000', '--processes', '4', '--workers', '2'],
    ...['--lexicon', lexicon, '--policy-lists', join(folder, 'none.txt'), '--jobs', join(file, 'jobs')],
  ]);
  assert.match(found.get('port')!.says, /EADDRINUSE: stop what has it, or set PORT/);
  assert.match(found.get('output')!.says, /ENOTDIR/);
  assert.match(found.get('results')!.says, /ENOTDIR/);
  assert.match(found.get('API keys')!.says, /app\.sha256/);
  assert.match(found.get('voice')!.says, /langdu import makes them/);
  assert.match(found.get('processes')!.says, /LANGDU_PROCESSES=4 with LANGDU_WORKERS=2/);
  assert.match(found.get('lexicon')!.says, /hao9/);
  assert.match(found.get('moderation')!.says, /none\.txt/);
  assert.match(found.get('jobs')!.says, /ENOTDIR/);
  for (const subject of [
    'port',
    'output',
    'results',
    'API keys',
    'voice',
    'processes',
    'lexicon',
    'moderation',
    'jobs',
  ])
    assert.equal(found.get(subject)!.state, 'fail', subject);
  assert.equal(found.get('open files')!.state, 'warn');
  assert.equal(status, 1);
});

test('a Redis is told from what is none, and from nothing', async (t) => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  assert.match((await checkRedis(`redis://127.0.0.1:${port}`)).says, /is no Redis/);
  assert.match((await checkRedis('redis://127.0.0.1:1')).says, /ECONNREFUSED/);
});

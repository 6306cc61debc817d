import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import type { Job } from '../../src/jobs/job.ts';
import { ToneSpeaker } from '../server/tone-speaker.ts';
import { openTestJobs, type TestJobs, waitFor } from './opened.ts';

const SECRET = `whsec_${Buffer.from('a secret of more than 24 bytes').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another secret of the same kind').toString('base64')}`;

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly url: string;
}

interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly calls: readonly Call[];
}

/** Answers with these statuses in turn, the last for ever; a number below 0 is no answer at all. */
async function receiver(
  t: TestContext,
  ...answers: (number | [status: number, location: string])[]
): Promise<Receiver> {
  const calls: Call[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), url: request.url! });
      const answer = answers[Math.min(calls.length, answers.length) - 1] ?? 204;
      if (Array.isArray(answer)) response.writeHead(answer[0], { location: answer[1] }).end();
      else if (answer < 0) request.socket.destroy();
      else response.writeHead(answer).end('thanks');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, port, calls };
}

const local = { callbackSecret: SECRET, callbackAllow: ['127.0.0.1'] };

function open(t: TestContext, settings: object = local): Promise<TestJobs> {
  return openTestJobs(t, { speaker: new ToneSpeaker(), settings, callbackWaits: [50, 50, 50] });
}

async function told(jobs: TestJobs, callbackUrl: string): Promise<Job> {
  const request = { items: [{ text: '你好。', voice: 'tan' }], gap: 0, output: {} };
  const { id } = await jobs.submit(request, { callbackUrl });
  return waitFor(
    () => jobs.jobs.get(id),
    ({ callback }) => callback?.state !== 'waiting',
  );
}

suite('callbacks', () => {
  test('tell of the end of a job, once, signed', async (t) => {
    const { url, calls } = await receiver(t);
    const jobs = await open(t, { ...local, callbackSecret: `${SECRET} ${OTHER}` });
    const job = await told(jobs, url);
    assert.equal(job.callback?.state, 'delivered');
    assert.deepEqual(
      job.callback?.attempts.map(({ outcome }) => outcome),
      ['204'],
    );
    assert.equal(calls.length, 1);
    const { headers, body } = calls[0]!;
    const { type, data } = JSON.parse(body) as { type: string; data: { task_id: string; state: string } };
    assert.deepEqual([type, data.task_id, data.state], ['job.done', job.id, 'done']);
    // With the very code of the documentation.
    const verify = await documentedVerification();
    for (const secret of [SECRET, OTHER]) assert.equal(verify(headers, body, secret), true);
    assert.equal(verify(headers, `${body} `, SECRET), false);
    assert.equal(
      verify(headers, body, `whsec_${Buffer.from('no secret of this server at all').toString('base64')}`),
      false,
    );
    assert.equal(verify(headers, body, SECRET, Date.now() + 301_000), false);
    assert.equal(verify({ ...headers, 'webhook-id': 'other' }, body, SECRET), false);
  });

  test('are tried again until they are taken, under one id', async (t) => {
    const { url, calls } = await receiver(t, 500, -1, 200);
    const job = await told(await open(t), url);
    assert.equal(job.callback?.state, 'delivered');
    assert.deepEqual(
      job.callback?.attempts.map(({ outcome }) => outcome),
      ['500', 'ECONNRESET', '200'],
    );
    assert.equal(new Set(calls.map(({ headers }) => headers['webhook-id'])).size, 1);
  });

  test('are given up in the end, and at once when they are not wanted', async (t) => {
    const jobs = await open(t);
    const never = await told(jobs, (await receiver(t, 503)).url);
    assert.equal(never.callback?.state, 'given_up');
    assert.equal(never.callback?.attempts.length, 4);
    const unwanted = await told(jobs, (await receiver(t, 410)).url);
    assert.deepEqual(
      unwanted.callback?.attempts.map(({ outcome }) => outcome),
      ['410'],
    );
  });

  test('follow no redirect', async (t) => {
    const inside = await receiver(t);
    const { url } = await receiver(t, [307, inside.url], [302, inside.url], 204);
    const job = await told(await open(t), url);
    assert.deepEqual(
      job.callback?.attempts.map(({ outcome }) => outcome),
      ['307', '302', '204'],
    );
    assert.equal(inside.calls.length, 0);
  });

  test('of a name are refused when an address of it is not public', async (t) => {
    const { port, calls } = await receiver(t);
    const jobs = await open(t, { callbackSecret: SECRET });
    const job = await told(jobs, `http://localhost:${port}/hook`);
    assert.equal(job.callback?.state, 'given_up');
    assert.match(job.callback!.attempts[0]!.outcome, /localhost is (127\.0\.0\.1|::1), which is not a public address/);
    assert.equal(calls.length, 0);
    await assert.rejects(told(jobs, `http://127.0.0.1:${port}/hook`), { code: 'callback_refused' });
  });

  test('are told of every last state', async (t) => {
    const { url, calls } = await receiver(t);
    const jobs = await open(t, { ...local, jobSlots: 0 });
    const request = { items: [{ text: '你好。', voice: 'tan' }], gap: 0, output: {} };
    const first = await jobs.submit(request, { callbackUrl: url });
    await jobs.jobs.cancel(first.id);
    await jobs.submit(request, { callbackUrl: url, expiresIn: 0.1 });
    await waitFor(
      async () => calls.length,
      (count) => count === 2,
    );
    const types = calls.map(({ body }) => (JSON.parse(body) as { type: string }).type);
    assert.deepEqual(types.sort(), ['job.cancelled', 'job.expired']);
  });

  test('need a secret of the right form', async (t) => {
    await assert.rejects(open(t, { callbackSecret: 'secret' }), { code: 'config_invalid' });
    await assert.rejects(open(t, { callbackAllow: ['10.0.0.0/99'] }), { code: 'config_invalid' });
    const jobs = await open(t, { callbackSecret: '' });
    await assert.rejects(told(jobs, 'https://example.com/'), { code: 'callback_refused' });
  });
});

type Verify = (headers: IncomingHttpHeaders, body: string, secret: string, now?: number) => boolean;

/** The function of docs/jobs.md, run as it stands there. */
async function documentedVerification(): Promise<Verify> {
  const document = readFileSync(join(packageRoot, 'docs', 'jobs.md'), 'utf8');
  const code = /^```ts\n(import \{ createHmac.*?)^```/ms.exec(document)![1]!;
  const plain = withoutTypes(code);
  const module = (await import(`data:text/javascript,${encodeURIComponent(plain)}`)) as { verify: Verify };
  return module.verify;
}

/** Node 20 cannot strip types itself; this function has only those of its parameters and of what it returns. */
function withoutTypes(code: string): string {
  return code.replace(/: (?:Record<string, string>|string|boolean)(?=[,)=\s])/g, (type) => ' '.repeat(type.length));
}

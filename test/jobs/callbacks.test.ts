import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { listOf } from '../../src/jobs/callbacks/addresses.ts';
import { outcomeOf, postCallback } from '../../src/jobs/callbacks/post.ts';
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
    // The same as of a name that is not there: what this server's names are is told to nobody.
    const nowhere = await told(jobs, `http://nowhere.invalid:${port}/hook`);
    for (const { outcome } of [...job.callback!.attempts, ...nowhere.callback!.attempts]) {
      assert.equal(outcome, 'no_public_address');
    }
    assert.equal(calls.length, 0);
    await assert.rejects(told(jobs, `http://127.0.0.1:${port}/hook`), { code: 'callback_refused' });
  });

  test('of a name go to the address that was looked up and checked, whatever the name says next', async (t) => {
    const { port, calls } = await receiver(t);
    const answers = ['127.0.0.1', '169.254.169.254'];
    const looked: string[] = [];
    const lookup = async (name: string) => {
      looked.push(name);
      return [{ address: answers[looked.length - 1]!, family: 4 }];
    };
    const options = { body: '{}', headers: {}, allowed: listOf(['127.0.0.1']), timeoutMs: 10_000, lookup };
    const url = new URL(`http://hook.example:${port}/hook`);
    assert.equal(await postCallback(url, options), 204);
    assert.deepEqual([looked, calls.length, calls[0]!.headers.host], [['hook.example'], 1, `hook.example:${port}`]);
    await assert.rejects(postCallback(url, options), (error) => outcomeOf(error) === 'no_public_address');
    assert.equal(calls.length, 1);
  });

  test('of the name of an allowed address are delivered', async (t) => {
    const { port } = await receiver(t);
    const jobs = await open(t, { ...local, callbackAllow: ['127.0.0.0/8', '::1'] });
    const job = await told(jobs, `http://localhost:${port}/hook`);
    assert.equal(job.callback?.state, 'delivered', JSON.stringify(job.callback));
  });

  test('wait for no name longer than for an answer', async (t) => {
    const { port } = await receiver(t);
    const options = {
      body: '',
      headers: {},
      allowed: listOf([]),
      timeoutMs: 20,
      lookup: () => new Promise<never>(() => {}),
    };
    const never = postCallback(new URL(`http://hook.example:${port}/`), options);
    await assert.rejects(never, (error) => outcomeOf(error) === 'no_public_address');
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    t.after(() => silent.close());
    t.after(() => silent.closeAllConnections());
    await once(silent, 'listening');
    const { port: quiet } = silent.address() as AddressInfo;
    const unanswered = { ...options, allowed: listOf(['127.0.0.1']), timeoutMs: 100 };
    const late = postCallback(new URL(`http://127.0.0.1:${quiet}/`), unanswered);
    await assert.rejects(late, (error) => outcomeOf(error) === 'ETIMEDOUT');
  });

  test("of one caller's slow receiver keep nobody else's waiting", async (t) => {
    let asked = 0;
    const slow = createServer(() => {
      asked += 1;
    }).listen(0, '127.0.0.1');
    t.after(() => slow.close());
    t.after(() => slow.closeAllConnections());
    await once(slow, 'listening');
    const { url } = await receiver(t);
    const jobs = await open(t, { ...local, jobSlots: 0 });
    const request = { items: [{ text: '你好。', voice: 'tan' }], gap: 0, output: {} };
    const slowUrl = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
    for (let i = 0; i < 12; i += 1) {
      await jobs.jobs.cancel((await jobs.submit(request, { callbackUrl: slowUrl })).id);
    }
    const other = await jobs.submit(request, { caller: 'b', callbackUrl: url });
    await jobs.jobs.cancel(other.id);
    await jobs.keeper.look();
    await waitFor(
      () => jobs.jobs.get(other.id),
      ({ callback }) => callback?.state === 'delivered',
    );
    await waitFor(
      async () => asked,
      (count) => count === 10,
    );
    for (const { callback, endedAt } of await jobs.jobs.list({ caller: 'a', limit: 20 })) {
      assert.ok(callback!.dueAt! - endedAt! >= 2000, 'under way, or put off for want of room');
    }
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

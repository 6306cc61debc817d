import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { openPolicy, type Policy } from '../../src/policy/policy.ts';
import { openTestJobs } from '../jobs/opened.ts';
import { readEvents } from './read-events.ts';
import { type Serving, serve } from './serving.ts';
import { ToneSpeaker } from './tone-speaker.ts';

async function policyOf(t: TestContext, audit: string[] = []): Promise<Policy> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-lists-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const list = join(folder, 'words.tsv');
  await writeFile(list, '禁词\tdeny\tbanned\n脏话\tmask\tswearing\n');
  const policy = await openPolicy(
    { ...loadSettings(), policyLists: [list] },
    createLog('info', { write: (line) => void audit.push(JSON.parse(line).path) }),
  );
  t.after(() => policy.close());
  return policy;
}

const paths: readonly [path: string, body: (text: string) => object][] = [
  ['/api/tts', (text) => ({ text })],
  ['/api/tts/stream', (text) => ({ text })],
  ['/api/tts/stream', (text) => ({ text, stream_format: 'sse' })],
  ['/v1/audio/speech', (input) => ({ model: 'tts-1', input, voice: 'alloy', response_format: 'pcm' })],
];

function ask({ url }: Serving, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('what is denied is refused on every path, before it is spoken', async (t) => {
  const speaker = new ToneSpeaker();
  const audit: string[] = [];
  const serving = await serve(t, { speaker, policy: await policyOf(t, audit) });
  for (const [path, body] of paths) {
    const response = await ask(serving, path, body('好。这是禁词。'));
    assert.equal(response.status, 400, path);
    const answer = await response.text();
    assert.match(answer, path.startsWith('/v1') ? /"code":"content_policy_violation"/ : /"code":"text_denied"/);
    assert.match(answer, /banned/);
    assert.doesNotMatch(answer, /禁词/);
    // What the request's own words would say counts, too.
    const own = await ask(serving, path, { ...body('好。'), lexicon: { 好: '=禁词' } });
    assert.equal(own.status, 400, path);
  }
  assert.equal(speaker.requests.length, 0);
  assert.deepEqual([...new Set(audit)], ['speech', 'stream', 'openai']);
});

test('what is masked is not spoken, and times are of the text as it was written', async (t) => {
  const speaker = new ToneSpeaker();
  const serving = await serve(t, { speaker, policy: await policyOf(t) });
  for (const [path, body] of paths) {
    const response = await ask(serving, path, body('好脏话。'));
    assert.equal(response.status, 200, path);
    assert.equal(speaker.requests.at(-1)!.text, '好□□。');
    const answer = await response.text();
    if (answer.startsWith('event:')) {
      const timing = readEvents(answer).find(({ event }) => event === 'timing')!.data;
      assert.deepEqual([timing.start, timing.end, timing.words.length], [0, 4, 1]);
    }
  }
});

test('jobs are moderated when they are accepted', async (t) => {
  const speaker = new ToneSpeaker();
  const { jobs, results } = await openTestJobs(t, { speaker, settings: { jobSlots: 0 } });
  const serving = await serve(t, { speaker, results, jobs, policy: await policyOf(t) });
  for (const [path, body] of [
    ['/api/tts_async', { text: '这是禁词。' }],
    ['/api/jobs', { text: '这是禁词。' }],
    ['/api/jobs', { items: [{ text: '好。' }, { text: '这是禁词。' }] }],
  ] as const) {
    const response = await ask(serving, path, body);
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'text_denied']);
  }
  assert.equal((await ask(serving, '/api/jobs', { text: '好脏话。' })).status, 202);
});

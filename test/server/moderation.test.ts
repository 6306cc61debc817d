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
  return (await listed(t, audit)).policy;
}

async function listed(
  t: TestContext,
  audit: string[] = [],
): Promise<{ readonly policy: Policy; readonly list: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'langdu-lists-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const list = join(folder, 'words.tsv');
  await writeFile(list, '禁词\tdeny\tbanned\n脏话\tmask\tswearing\n');
  const policy = await openPolicy(
    { ...loadSettings(), policyLists: [list] },
    createLog('info', { write: (line) => void audit.push(JSON.parse(line).path) }),
  );
  t.after(() => policy.close());
  return { policy, list };
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

test('items of a job are judged as they are heard: together, with the words that each brings', async (t) => {
  const { jobs, results } = await openTestJobs(t, { speaker: new ToneSpeaker(), settings: { jobSlots: 0 } });
  const policy = await policyOf(t);
  const judged: string[] = [];
  const counting: Policy = {
    check: (text, context) => policy.check(text, context),
    admit: (text, context) => {
      judged.push(text);
      return policy.admit(text, context);
    },
    reload: () => policy.reload(),
    stats: () => policy.stats(),
    close: () => policy.close(),
  };
  const serving = await serve(t, { results, jobs, policy: counting });
  const said = { lexicon: { 好: '=禁词' } };
  for (const [what, body] of [
    ['a word in two items', { items: [{ text: '这是禁' }, { text: '词。' }], gap: 0 }],
    ['a lexicon of all', { items: [{ text: '早。' }, { text: '好。' }], ...said }],
    ['a lexicon of one', { items: [{ text: '早。' }, { text: '好。', ...said }, { text: '早。' }] }],
  ] as const) {
    const response = await ask(serving, '/api/jobs', body);
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'text_denied'], what);
  }
  judged.length = 0;
  const items = [{ text: '好脏' }, { text: '话。', rate: 2 }, { text: '再见。' }];
  const accepted = await ask(serving, '/api/jobs', { items });
  const { task_id } = (await accepted.json()) as { task_id: string };
  const { items: kept } = (await jobs.request(task_id))!;
  assert.deepEqual(kept, [{ text: '好□' }, { text: '□。', rate: 2 }, { text: '再见。' }]);
  assert.deepEqual(judged, ['好脏\n\n话。\n\n再见。'], 'a service is asked once');
});

test('a job that was accepted is found by its key, whatever the lists say by now', async (t) => {
  const { jobs, results } = await openTestJobs(t, { speaker: new ToneSpeaker(), settings: { jobSlots: 0 } });
  const { policy, list } = await listed(t);
  const serving = await serve(t, { results, jobs, policy });
  const body = { text: '好脏话。', idempotency_key: 'k' };
  const first = await ask(serving, '/api/jobs', body);
  const { task_id } = (await first.json()) as { task_id: string };
  for (const words of ['好\tdeny\tbanned\n', '好\tmask\tmild\n', '坏\tdeny\tbanned\n']) {
    await writeFile(list, words);
    assert.equal(await policy.reload(), true);
    const again = await ask(serving, '/api/jobs', body);
    assert.deepEqual([again.status, ((await again.json()) as { task_id: string }).task_id], [200, task_id], words);
    assert.equal(again.headers.get('location'), `/api/jobs/${task_id}`);
  }
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { opened, startService } from './opened.ts';

const context = { requestId: 'q1', caller: 'k7', path: 'speech', voice: 'tan' } as const;

const folder = mkdtempSync(join(tmpdir(), 'langdu-policy-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => line.split(' ').join('\t')).join('\n'));
  return path;
}

const words = file('words.tsv', ['禁语 deny banned', '待审 review doubtful', '粗话 mask rude', '禁语大全 allow title']);

suite('a policy of lists', () => {
  test('without settings everything passes', async (t) => {
    const { policy, lines } = await opened(t, {});
    assert.equal(await policy.admit('禁语', context), '禁语');
    assert.deepEqual(await policy.check('禁语', context), { action: 'allow', text: '禁语', findings: [] });
    assert.equal(await policy.reload(), true);
    assert.equal(lines.length, 0);
  });

  test('admits, masks and refuses, naming the rules and not the words', async (t) => {
    const { policy } = await opened(t, { LANGDU_POLICY_LISTS: words });
    assert.equal(await policy.admit('禁语大全很好', context), '禁语大全很好');
    assert.equal(await policy.admit('说粗话了', context), '说□□了');
    await assert.rejects(policy.admit('禁*语粗话', context), (error: LangduError) => {
      assert.equal(error.code, 'text_denied');
      assert.equal(error.status, 400);
      assert.equal(error.message, 'The text is against the content rules and will not be spoken: banned.');
      assert.match(error.say('zh'), /banned$/);
      return true;
    });
    await assert.rejects(policy.admit('粗话待审', context), { code: 'text_needs_review' });
    const { verdicts, lists } = policy.stats();
    assert.deepEqual(verdicts, { allow: 1, mask: 1, review: 1, deny: 1 });
    assert.deepEqual(lists, { words: 4, rules: 4, reloads: 0, reloadFailures: 0 });
  });

  test('lets through what needs a review where the settings say so, masked all the same', async (t) => {
    const { policy, lines } = await opened(t, { LANGDU_POLICY_LISTS: words, LANGDU_POLICY_REVIEW: 'allow' });
    assert.equal(await policy.admit('粗话待审', context), '□□待审');
    assert.equal(lines.at(-1)!.action, 'review');
    await assert.rejects(policy.admit('待审禁语', context), { code: 'text_denied' });
  });

  test('several files hold together', async (t) => {
    const more = file('more.tsv', ['另词 deny other', '禁语 mask banned']);
    const { policy } = await opened(t, { LANGDU_POLICY_LISTS: `${words}, ${more}` });
    assert.equal((await policy.check('另词', context)).action, 'deny');
    assert.equal((await policy.check('禁语', context)).action, 'deny');
  });

  test('a list may begin with a byte order mark and end its lines as Windows does', async (t) => {
    const path = join(folder, 'windows.tsv');
    writeFileSync(path, '\ufeff禁语\tdeny\tbanned\r\n粗话\tmask\trude\r\n');
    const { policy } = await opened(t, { LANGDU_POLICY_LISTS: path });
    assert.equal((await policy.check('禁语', context)).action, 'deny');
    assert.equal(await policy.admit('粗话', context), '□□');
  });

  test("with the request's own words", async (t) => {
    const { policy } = await opened(t, { LANGDU_POLICY_LISTS: words });
    const admit = (lexicon: string) => policy.admit('他说丑', { ...context, lexicon });
    assert.equal(await admit('丑 =美'), '他说丑');
    assert.equal(await admit('丑 =粗话'), '他说□');
    await assert.rejects(admit('丑 =禁语'), { code: 'text_denied' });
    await assert.rejects(admit('丑'), { code: 'request_invalid' });
  });

  test('homophones by setting', async (t) => {
    const { policy } = await opened(t, { LANGDU_POLICY_LISTS: words, LANGDU_POLICY_HOMOPHONES: 'true' });
    assert.equal((await policy.check('尽雨', context)).action, 'deny');
  });

  for (const [name, bytes, problem] of [
    ['a fault', '好\tdeny\tr\n禁语\n', /broken\.tsv \(line 2: expected word, action, rule/],
    ['bytes that are no UTF-8', Buffer.from('词\tdeny\tr\n\xff', 'latin1'), /broken\.tsv \(not UTF-8\)/],
    ['nothing there', undefined, /broken\.tsv \(ENOENT: a file to read\)/],
  ] as const) {
    test(`${name} refuses the start`, async (t) => {
      const broken = join(folder, 'broken.tsv');
      rmSync(broken, { force: true });
      if (bytes !== undefined) writeFileSync(broken, bytes);
      await assert.rejects(opened(t, { LANGDU_POLICY_LISTS: `${words},${broken}` }), (error) => {
        assert.ok(error instanceof LangduError);
        assert.equal(error.code, 'config_invalid');
        assert.match(error.message, problem);
        assert.ok(!error.message.includes('禁语'));
        return true;
      });
    });
  }
});

suite('the audit', () => {
  test('has who, what, which rules and where, and nothing of the text', async (t) => {
    const { policy, lines } = await opened(t, { LANGDU_POLICY_LISTS: words });
    await policy.check('好的', context);
    assert.equal(lines.length, 0);
    await policy.check('说粗话和禁语', context);
    const { time, ...line } = lines[0]!;
    assert.equal(typeof time, 'string');
    assert.deepEqual(line, {
      level: 'info',
      audit: 'policy',
      requestId: 'q1',
      caller: 'k7',
      path: 'speech',
      voice: 'tan',
      action: 'deny',
      rules: ['rude', 'banned'],
      findings: [
        { rule: 'rude', start: 1, end: 3 },
        { rule: 'banned', start: 4, end: 6 },
      ],
      msg: 'policy verdict',
    });
  });

  test('has so many characters of the text as configured, from the first finding on', async (t) => {
    const { policy, lines } = await opened(t, { LANGDU_POLICY_LISTS: words, LANGDU_POLICY_AUDIT_TEXT: '4' });
    await policy.check('我说粗话😀😀😀了', context);
    assert.equal(lines[0]!.text, '粗话😀😀');
  });

  test('says how many findings it leaves out', async (t) => {
    const { policy, lines } = await opened(t, { LANGDU_POLICY_LISTS: words });
    await policy.check('粗话，'.repeat(50), { requestId: 'q2', path: 'job' });
    assert.equal((lines[0]!.findings as unknown[]).length, 20);
    assert.equal(lines[0]!.more, 30);
  });
});

suite('lists and a service', async () => {
  const service = await startService({ after });
  const both = (path: string) => ({ LANGDU_POLICY_LISTS: words, LANGDU_POLICY_HOOK: `${service.url}${path}` });

  test('the stricter wins, whoever it is', async (t) => {
    const action = async (path: string, text: string) =>
      (await (await opened(t, both(path))).policy.check(text, context)).action;
    assert.equal(await action('/allow', '粗话'), 'mask');
    assert.equal(await action('/review', '粗话'), 'review');
    assert.equal(await action('/mask', '坏待审'), 'review');
    assert.equal(await action('/deny', '待审'), 'deny');
  });

  test('masks of both', async (t) => {
    const { policy } = await opened(t, both('/mask'));
    const verdict = await policy.check('坏人说粗话坏话', context);
    assert.equal(verdict.text, '□人说□□□话');
    assert.deepEqual(
      verdict.findings.map(({ rule, start, end }) => [rule, start, end]),
      [
        ['service.mask', 0, 1],
        ['rude', 3, 5],
        ['service.mask', 5, 6],
      ],
    );
  });

  test('the service sees the text as it was sent, and nothing that the lists deny', async (t) => {
    const { policy } = await opened(t, both('/allow'));
    const { length: before } = await service.seen(0);
    assert.equal((await policy.check('禁语', context)).action, 'deny');
    assert.equal((await policy.check('粗话', context)).action, 'mask');
    const seen = await service.seen(before + 1);
    assert.deepEqual(
      seen.slice(before).map(({ body }) => JSON.parse(body).text),
      ['粗话'],
    );
  });

  test('without an answer the lists decide where that is open', async (t) => {
    const { policy } = await opened(t, { ...both('/status'), LANGDU_POLICY_HOOK_FAILURE: 'open' });
    assert.equal(await policy.admit('粗话', context), '□□');
    await assert.rejects(policy.admit('待审', context), { code: 'text_needs_review' });
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, suite, test } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import { secret } from './hook-service.ts';
import { opened, startService } from './opened.ts';

const context = { requestId: 'q1', caller: 'k7', path: 'stream', voice: 'tan' } as const;

suite('the service', async () => {
  const service = await startService({ after });
  const hook = (path: string) => ({ LANGDU_POLICY_HOOK: `${service.url}${path}` });

  test('is sent the text and who asks', async (t) => {
    const { policy } = await opened(t, hook('/allow'));
    const text = '你好\ud800"😀';
    assert.deepEqual(await policy.check(text, context), { action: 'allow', text, findings: [] });
    await policy.check('谁', { requestId: 'q2', path: 'job', lexicon: '谁 =他' });
    const seen = await service.seen(2);
    const [first, second] = seen.map(({ body }) => JSON.parse(body));
    assert.deepEqual(first, { text, request_id: 'q1', caller: 'k7', path: 'stream', voice: 'tan' });
    assert.deepEqual(second, { text: '谁', request_id: 'q2', path: 'job', lexicon: '谁 =他' });
    assert.equal(seen[0]!.headers['content-type'], 'application/json');
    assert.equal(seen[0]!.headers['webhook-signature'], undefined);
  });

  test('signs with a secret', async (t) => {
    const { policy } = await opened(t, { ...hook('/signed'), LANGDU_POLICY_HOOK_SECRET: secret });
    assert.equal((await policy.check('你好', context)).action, 'allow');
    const other = await opened(t, { ...hook('/signed'), LANGDU_POLICY_HOOK_SECRET: 'another secret' });
    assert.equal((await other.policy.check('你好', context)).action, 'deny');
  });

  test('denies, asks for a review, masks', async (t) => {
    const found = async (path: string) => (await opened(t, hook(path))).policy.check('好坏坏😀坏', context);
    const all = { start: 0, end: 6 };
    assert.deepEqual((await found('/deny')).findings, [{ rule: 'service.deny', action: 'deny', ...all }]);
    assert.deepEqual((await found('/review')).findings, [{ rule: 'hook', action: 'review', ...all }]);
    assert.deepEqual(await found('/mask'), {
      action: 'mask',
      text: '好□□😀□',
      findings: [
        { rule: 'service.mask', action: 'mask', start: 1, end: 3 },
        { rule: 'service.mask', action: 'mask', start: 5, end: 6 },
      ],
    });
  });

  test('is asked by so many at a time and no more', async (t) => {
    const { policy } = await opened(t, { ...hook('/counted'), LANGDU_POLICY_HOOK_CALLS: '3' });
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => policy.check('你好', context)));
    assert.equal(verdicts.at(-1)!.findings[0]!.rule, 'most-3');
    assert.deepEqual(policy.stats().hook, { calls: 20, failures: 0, waiting: 0 });
  });

  const failures: readonly [path: string, why: RegExp][] = [
    ['/silent', /no answer within 150 ms/],
    ['/trickle', /no answer within 150 ms/],
    ['/endless', /longer than 6\d{4} bytes/],
    ['/redirect', /status 307/],
    ['/status', /status 500/],
    ['/reset', /fetch failed/],
    ['/cut', /terminated/],
    ['/no-json', /is no JSON/],
    ['/no-object', /no object/],
    ['/no-utf8', /encoded data was not valid/],
    ['/no-action', /action is none of allow, mask, review, deny/],
    ['/other-action', /action is none of/],
    ['/other-rule', /rule is no name/],
    ['/mask-nothing', /mask without text/],
    ['/mask-shorter', /has 1 units, not 2/],
    ['/mask-same', /is the text/],
  ];
  for (const [path, why] of failures) {
    const slow = path === '/silent' || path === '/trickle';
    // Others have time to spare, so that a busy machine does not answer for them.
    const env = { ...hook(path), LANGDU_POLICY_HOOK_SECONDS: slow ? '0.15' : '30' };

    test(`${path}: nothing passes while closed`, async (t) => {
      const { policy, lines } = await opened(t, env);
      await assert.rejects(policy.admit('你好', context), (error) => {
        assert.ok(error instanceof LangduError);
        assert.equal(error.code, 'policy_unavailable');
        assert.equal(error.status, 503);
        return true;
      });
      const line = lines.at(-1)!;
      assert.equal(line.level, 'warn');
      assert.equal(line.requestId, 'q1');
      assert.equal(line.failure, 'closed');
      assert.match((line.err as { message: string }).message, why);
      assert.ok(!JSON.stringify(lines).includes('你好'));
    });

    test(`${path}: passes while open`, async (t) => {
      const { policy, lines } = await opened(t, { ...env, LANGDU_POLICY_HOOK_FAILURE: 'open' });
      assert.equal(await policy.admit('你好', context), '你好');
      assert.equal(lines.at(-1)!.failure, 'open');
      assert.equal(policy.stats().unavailable, 1);
      assert.equal(policy.stats().hook.failures, 1);
    });
  }

  test('a call that waits for its turn ends in time, and the turn is not lost', async (t) => {
    const env = { ...hook('/silent'), LANGDU_POLICY_HOOK_SECONDS: '0.1', LANGDU_POLICY_HOOK_CALLS: '1' };
    const { policy } = await opened(t, env);
    const { length: before } = await service.seen(0);
    const first = await Promise.allSettled([1, 2, 3].map(() => policy.check('你好', context)));
    assert.deepEqual(
      first.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    assert.equal(policy.stats().hook.waiting, 0);
    await assert.rejects(policy.check('你好', context));
    await service.seen(before + 2); // the turn came back
  });

  test('nobody there', async (t) => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    const { policy, lines } = await opened(t, { LANGDU_POLICY_HOOK: `http://127.0.0.1:${port}/` });
    await assert.rejects(policy.check('你好', context), { code: 'policy_unavailable' });
    assert.match(JSON.stringify(lines.at(-1)), /ECONNREFUSED/);
  });

  test('close ends calls under way', async (t) => {
    const { policy, lines } = await opened(t, { ...hook('/silent'), LANGDU_POLICY_HOOK_SECONDS: '60' });
    const call = policy.check('你好', context);
    await policy.close();
    await assert.rejects(call, { code: 'policy_unavailable' });
    assert.match(JSON.stringify(lines.at(-1)), /closing/);
  });

  test('an address with a password refuses the start and is not shown', async (t) => {
    await assert.rejects(opened(t, { LANGDU_POLICY_HOOK: 'http://user:hush@127.0.0.1/' }), (error: LangduError) => {
      assert.equal(error.code, 'config_invalid');
      assert.ok(!error.message.includes('hush'));
      return true;
    });
  });
});

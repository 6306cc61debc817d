import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { judge } from '../../src/policy/judge.ts';
import { inSlices } from '../../src/policy/slices.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { parseLexicon } from '../../src/text/lexicon.ts';
import { listOf, places } from './listed.ts';

suite("a request's own words", async () => {
  const list = await listOf(['敏感词 mask m', '禁语 deny d', '好词 allow ok', '词 review r']);
  const found = (text: string, lexicon: string) => inSlices(judge(list, text, parseLexicon(lexicon)));

  test('a word that a replacement says is found where it stands in the text', async () => {
    const verdict = await found('前面。说A吧。A', 'A =敏感词');
    assert.equal(verdict.text, '前面。说□吧。□');
    assert.deepEqual(places(verdict.findings), ['m 4-5', 'r 4-5', 'm 7-8', 'r 7-8']);
  });

  test('so is one that replacements make together, or with the text around', async () => {
    const verdict = await found('说子丑吧，敏子。', '子 =敏\n丑 =感词');
    assert.equal(verdict.text, '说□□吧，敏子。');
    assert.equal((await found('禁A', 'A =语')).action, 'deny');
    assert.deepEqual(places((await found('禁A', 'A =语')).findings), ['d 0-2']);
  });

  test('masked words are not said any more', async () => {
    const lexicon = parseLexicon('子 =敏\n丑 =感词');
    const { text } = await inSlices(judge(list, '说子丑吧', lexicon));
    assert.equal(text, '说□□吧');
    const said = [...createAnalyser('PinYin').sentences(text, { lexicon })].map(({ sentence }) => sentence.normalized);
    assert.ok(!/敏|感/.test(said.join('')), said.join(''));
  });

  test('what is written is judged all the same, and told once', async () => {
    const verdict = await found('敏感词，B。', '敏感词 =好\nB =敏感词');
    assert.deepEqual(places(verdict.findings), ['m 0-3', 'r 2-3', 'm 4-5', 'r 4-5']);
    assert.deepEqual(places((await found('敏感词，B。', 'B =八')).findings), ['m 0-3', 'r 2-3']);
  });

  test('readings and words that are not in the text change nothing', async () => {
    assert.equal((await found('好的', '敏感 min3 gan3\nC =禁语')).action, 'allow');
    assert.deepEqual(places((await found('敏感词', '敏感 min3 gan3')).findings), ['m 0-3', 'r 2-3']);
  });

  test('replacements that make far more of a text are refused', async () => {
    await assert.rejects(found('甲'.repeat(40), `甲 =${'好'.repeat(500)}`), { code: 'request_invalid' });
    assert.equal((await found('甲', `甲 =${'好'.repeat(500)}`)).action, 'allow');
  });

  test('a long text is judged whole', { timeout: 60_000 }, async () => {
    const text = `${'今天天气很好，A。'.repeat(20_000)}B`;
    const verdict = await found(text, 'A =敏感词\nB =禁语');
    assert.equal(verdict.action, 'deny');
    assert.equal(verdict.text, `${'今天天气很好，□。'.repeat(20_000)}B`);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { parseEntries } from '../../src/policy/entries.ts';
import { inSlices } from '../../src/policy/slices.ts';
import { FINDINGS_KEPT } from '../../src/policy/verdict.ts';
import { WordList } from '../../src/policy/word-list.ts';
import { check, listOf, places } from './listed.ts';

suite('verdicts', () => {
  test('the strictest action wins, and every rule is told in order', async () => {
    const list = await listOf(['甲 mask m', '乙 review r', '丙 deny d']);
    const action = async (text: string) => (await check(list, text)).action;
    assert.equal(await action('丁'), 'allow');
    assert.equal(await action('甲丁'), 'mask');
    assert.equal(await action('乙甲'), 'review');
    const verdict = await check(list, '丙乙丁甲');
    assert.equal(verdict.action, 'deny');
    assert.deepEqual(places(verdict.findings), ['d 0-1', 'r 1-2', 'm 3-4']);
  });

  test('masks keep every other character and its place', async () => {
    const list = await listOf(['敏感词 mask m', '丙 deny d', '😀 mask e exact']);
    const text = '𝐚\ud800敏 感\u200b词，丙\udc00敏感词😀。';
    const verdict = await check(list, text);
    assert.equal(verdict.text, '𝐚\ud800□□□□□，丙\udc00□□□□□。');
    assert.equal(verdict.text.length, text.length);
  });

  test('overlapping words of one rule are one finding, those of two are two', async () => {
    const list = await listOf(['甲乙 mask m', '乙丙 mask m', '乙丙丁 deny d']);
    const verdict = await check(list, '甲乙丙丁 乙丙');
    assert.deepEqual(places(verdict.findings), ['m 0-3', 'd 1-4', 'm 5-7']);
    assert.equal(verdict.text, '□□□丁 □□');
  });

  test('words inside of words', async () => {
    const list = await listOf(['甲 mask 1', '甲甲 mask 2', '甲甲甲 mask 3', '乙甲甲 mask 4']);
    const verdict = await check(list, '乙甲甲甲');
    assert.deepEqual(places(verdict.findings), ['4 0-3', '1 1-4', '2 1-4', '3 1-4']);
  });

  test('the same word under several rules', async () => {
    const list = await listOf(['甲乙 mask m', '甲乙 deny d', '甲_乙 review r']);
    assert.deepEqual(places((await check(list, '甲乙')).findings).sort(), ['d 0-2', 'm 0-2', 'r 0-2']);
  });

  test('an excuse covers what lies inside of it, not what reaches out', async () => {
    const list = await listOf(['甲乙 deny d', '乙丙丁 deny e', '甲乙丙 allow ok', '丙 deny f']);
    assert.deepEqual(places((await check(list, '甲乙丙')).findings), []);
    assert.deepEqual(places((await check(list, '甲乙 甲 乙*丙 丙')).findings), ['d 0-2', 'f 9-10']);
    assert.deepEqual(places((await check(list, '甲乙丙丁')).findings), ['e 1-4']);
  });

  test('inside of longer words only where the list says so', async () => {
    const list = await listOf(['ass deny a', 'viagra deny v inside', '110 deny n', 'k粉 deny k']);
    const found = async (text: string) => places((await check(list, text)).findings);
    assert.deepEqual(await found('class glass assassin 1102 2110 as soon ak粉'), []);
    assert.deepEqual(await found('xviagras'), ['v 1-7']);
    assert.deepEqual(await found('打110吧'), ['n 1-4']);
    assert.deepEqual(await found('吸K粉3'), ['k 1-3']);
  });

  test('no more findings than can be read, and every one masked', async () => {
    const list = await listOf(['甲 mask m']);
    const verdict = await check(list, '甲乙'.repeat(5000));
    assert.equal(verdict.findings.length, FINDINGS_KEPT);
    assert.equal(verdict.text, '□乙'.repeat(5000));
  });
});

suite('the format', () => {
  const parse = (text: string) => inSlices(parseEntries(text));

  test('comments, empty lines, line ends, spaces', async () => {
    const entries = await parse(
      '# 注释\t\n\n#\n#标签\tmask\tr\texact\r\n 敏感词 \tdeny\t政.治-1:x_y\texact,inside\n  \t\n甲\tmask\tr',
    );
    assert.deepEqual(
      entries.map(({ symbols, action, rule, exact, inside }) => [symbols, action, rule, exact, inside]),
      [
        ['#标签', 'mask', 'r', true, false],
        ['敏感词', 'deny', '政.治-1:x_y', true, true],
        ['甲', 'mask', 'r', false, false],
      ],
    );
  });

  const faults: readonly [line: string, problem: RegExp][] = [
    ['甲', /^line 2: expected word, action, rule/],
    ['甲\tdeny', /^line 2: expected word, action, rule/],
    ['甲\tdeny\tr\t\tx', /^line 2: expected word, action, rule/],
    ['\tdeny\tr', /^line 2: the word is empty/],
    ['甲\tblock\tr', /^line 2: "block" is no action; there are allow, mask, review, deny/],
    ['甲\tdeny\t', /^line 2: a rule has/],
    ['甲\tdeny\ta b', /^line 2: a rule has/],
    [`甲\tdeny\t${'r'.repeat(65)}`, /^line 2: a rule has/],
    ['甲\tdeny\tr\tloud', /^line 2: "loud" is no flag; there are exact, inside, sound/],
    ['甲乙\tdeny\tr\texact,sound', /^line 2: exact and sound/],
    ['甲\tdeny\tr\tsound', /^line 2: sound needs two/],
    ['C++\tdeny\tr', /^line 2: the word holds signs/],
    ['😀\tdeny\tr', /^line 2: the word holds signs/],
    ['\u200b\tdeny\tr', /^line 2: nothing of the word can be seen/],
    [`${'甲'.repeat(201)}\tdeny\tr`, /^line 2: the word is longer/],
  ];
  for (const [line, problem] of faults) {
    test(`refuses ${JSON.stringify(line).slice(0, 40)}`, async () => {
      await assert.rejects(parse(`甲\tmask\tr\n${line}\n`), ({ message }: Error) => {
        assert.match(message, problem);
        assert.ok(!message.includes('甲'), 'the word is not told');
        return true;
      });
    });
  }

  test('the shipped example does what its comments say', async () => {
    const text = readFileSync(join(packageRoot, 'docs', 'examples', 'policy.tsv'), 'utf8');
    const list = await inSlices(WordList.compile(await parse(text), false));
    assert.equal((await check(list, '这个赌博网站')).action, 'deny');
    assert.equal((await check(list, '赌博网站的危害')).action, 'allow');
    assert.equal((await check(list, '请家威信')).action, 'review');
    assert.equal((await check(list, 'FREE money!')).text, '□□□□□□□□□□!');
  });
});

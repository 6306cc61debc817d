import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createAnalyser } from '../../src/text/analyse.ts';
import { check, listOf } from './listed.ts';

/** Words listed once, as they are usually written. */
const words = ['敏感词', '加微信', 'casino', 'C++', '六四', '人民'];

/** The part between ‹ and › is what the list finds; a line without them holds nothing. */
const cases: readonly [trick: string, text: string][] = [
  ['as listed', '这是‹敏感词›。'],
  ['traditional', '這是‹敏感詞›。'],
  ['spaces', '这是‹敏 感 词›。'],
  ['ideographic spaces', '这是‹敏　感　词›。'],
  ['one a line', '这是\n‹敏\n感\r\n词›\n。'],
  ['punctuation', '这是‹敏，感——词›。'],
  ['stars', '这是‹敏***感*词›。'],
  ['emoji', '这是‹敏😀感👍🏽词›。'],
  ['private use', '这是‹敏\ue000感\uf8ff词›。'],
  ['lone surrogates', '这是‹敏\ud83d感\udc00词›。'],
  ['zero width', '这是‹敏\u200b感\u200d\u2060\ufeff词›。'],
  ['any number of joiners', `这是‹敏${'\u200d'.repeat(500)}感词›。`],
  ['soft hyphens and directions', '这是‹敏\u00ad感\u202e词›。'],
  ['marks above', '这是‹敏\u0336感\u035c\u20dd词›。'],
  ['variation selectors and tags', '这是‹敏\ufe0f感\u{e0041}词›。'],
  ['controls', '这是‹敏\u0007感\u0000词›。'],
  ['readings given in the text', '这是‹敏{min3}感{gan3}{gan4}词{ci2}›。'],
  ['compatibility ideographs', '‹\u2f08民›'],
  ['16 signs between', `‹敏${'.'.repeat(16)}感词›`],
  ['17 signs between: two texts', `敏${'.'.repeat(17)}感词`],
  ['any number of spaces', `‹敏${' \n\u3000'.repeat(20)}感词›`],
  ['another character between', '敏的感词'],
  ['full width', '去‹ｃａｓｉｎｏ›玩'],
  ['capitals', '去‹CaSiNo›玩'],
  ['mathematical letters', '去‹𝐜𝒶𝓈𝔦𝚗𝗼›玩'],
  ['circled letters', '去‹ⓒⓐⓢⓘⓝⓞ›玩'],
  ['squared letters', '去‹🅲🅰🆂🅸🅽🅾›玩'],
  ['letters of flags', '去‹🇨🇦🇸🇮🇳🇴›玩'],
  ['accents', '去‹çàśïñõ›玩'],
  ['accents apart', '去‹c\u0327a\u0300s\u0301i\u0308n\u0303o›玩'],
  ['Cyrillic and Greek letters that look alike', '去‹саѕіηο›玩'],
  ['letters with gaps', '去‹c a-s_i.n*o›玩'],
  ['inside of a longer word', 'the casinos and acasino'],
  ['inside of one with an invisible joiner', 'a\u200dcasino casino\u200ds'],
  ['beside a Han character', '大‹casino›里'],
  ['beside a ligature', 'ﬁcasino casinoﬁ'],
  ['written exactly', '会‹C++›吗'],
  ['exact in full width', '会‹Ｃ＋＋›吗'],
  ['exact with a gap', '会C + +吗'],
  ['exact with a joiner', '会‹C+\u200b+›吗'],
  ['exact across a sentence', '初六。四个人'],
  ['exact as it is', '‹六四›'],
  ['a numeral for another', '陸四'],
];

suite('what is found whatever way it is written', async () => {
  const list = await listOf(words.map((word) => `${word} deny r${/六四|\+/.test(word) ? ' exact' : ''}`));
  for (const [trick, marked] of cases) {
    test(trick, async () => {
      const text = marked.replace(/[‹›]/g, '');
      const { findings } = await check(list, text);
      const start = marked.indexOf('‹');
      const expected = start < 0 ? [] : [{ rule: 'r', action: 'deny', start, end: marked.indexOf('›') - 1 }];
      assert.deepEqual(findings, expected);
    });
  }
});

test('a list may be written in any of these ways, too', async () => {
  for (const written of ['敏感詞', '敏_感_词', 'ＣＡＳＩＮＯ', 'ca\u200bsino', 'Çasino']) {
    const list = await listOf([`${written} deny r`]);
    const texts = ['敏感词', 'casino'].map((text) => check(list, text));
    assert.equal((await Promise.all(texts)).filter(({ action }) => action === 'deny').length, 1, written);
  }
});

test('readings in the text are what the text stage takes for readings', () => {
  const [analysed] = [...createAnalyser('PinYin').sentences('敏{min2}感。')];
  const syllables = analysed!.sentence.words.flatMap((word) => word.syllables);
  assert.deepEqual(
    syllables.map(({ by, reading }) => [by === 'inline', reading]),
    [
      [true, 'min2'],
      [false, 'gan3'],
    ],
  );
});

suite('homophones', () => {
  test('off: only what is written', async () => {
    assert.equal((await check(await listOf(['加微信 deny r']), '佳威信')).action, 'allow');
  });

  for (const [name, lines, homophones] of [
    ['by flag', ['加微信 deny r sound'], false],
    ['for all', ['加微信 deny r'], true],
  ] as const) {
    test(`${name}: whatever sounds like it, whatever stands between`, async () => {
      const list = await listOf(lines, homophones);
      for (const text of ['佳威信', '加微信', '嘉*威 信']) {
        assert.equal((await check(list, `请${text}吧`)).action, 'deny', text);
      }
      assert.equal((await check(list, '加温信')).action, 'allow');
    });
  }

  test('words of one Han character, exact ones and excuses are for what is written', async () => {
    const list = await listOf(['毒 deny r', '微信 deny e exact', '家微信 allow ok', '加微信 deny s'], true);
    assert.deepEqual((await check(list, '读威信')).findings, []);
    assert.deepEqual((await check(list, '家微信')).findings, []);
    assert.equal((await check(list, '佳微信')).action, 'deny');
  });
});

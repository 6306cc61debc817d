import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnalyser } from '../../src/text/analyse.ts';
import { loadInventory } from '../../src/text/symbols/inventory.ts';
import { random } from '../random.ts';

const analyser = createAnalyser('PinYin');
const inventory = loadInventory('PinYin');
const phones = new Set(inventory.phones);

/** Everything that holds of any text whatever. */
function check(text: string): void {
  let at = 0;
  for (const { sentence, warnings } of analyser.sentences(text)) {
    assert.equal(text.slice(at, sentence.start).trim(), '', 'nothing between sentences');
    assert.equal(sentence.text, text.slice(sentence.start, sentence.end));
    assert.ok(sentence.end > sentence.start);
    at = sentence.end;
    const inside = [
      ...sentence.words,
      ...sentence.words.flatMap((word) => word.syllables),
      ...sentence.symbols,
      ...warnings,
    ];
    const astray = inside.find(({ start, end }) => start < sentence.start || start > end || end > sentence.end);
    assert.equal(astray, undefined);
    assert.equal(
      sentence.symbols.find(({ sy, tone }) => !phones.has(sy) || !inventory.tones.includes(tone)),
      undefined,
    );
    if (sentence.symbols.length > 0) assert.equal(sentence.symbols.at(-1)!.sy, '#4');
    for (const warning of warnings) assert.equal(warning.text, text.slice(warning.start, warning.end));
  }
  assert.equal(text.slice(at).trim(), '', 'nothing after the last sentence');
}

const pools: readonly string[] = [
  '你好一不的了行长银重庆儿花个〇々著乾餘',
  '0123456789.,:/-~%+= ',
  "abcXYZ'’&@#$¥€℃°²⁻³×÷√αΩⅣ①½→",
  '年月日时分秒第号元万亿米度%‰比分约前至路式型',
  '。，！？；：、“”‘’（）《》…—·\n\r\t ',
  '\u0000\u0007\u200b\u200d\ufeff\ud83d\udc00\ud800\udfff',
  '😀👍🏽🇨🇳한글かなРусскийعربีไท',
];

test('any characters in any order', () => {
  const next = random(1);
  for (let round = 0; round < 600; round += 1) {
    let text = '';
    const length = Math.floor(next() * 120);
    for (let index = 0; index < length; index += 1) {
      const pool = pools[Math.floor(next() * pools.length)]!;
      text +=
        next() < 0.1 ? String.fromCharCode(Math.floor(next() * 65536)) : pool.charAt(Math.floor(next() * pool.length));
    }
    check(text);
  }
});

const monsters: readonly [name: string, text: string][] = [
  ['1 MB of digits', '7'.repeat(1_000_000)],
  ['mixed symbols', '1$%^&*(-+=/:,.~±°′年第'.repeat(5_000)],
  ['ordinals', '第1年-2'.repeat(20_000)],
  ['formulas', 'H2O1x²'.repeat(20_000)],
  ['times', '1:2'.repeat(30_000)],
  ['scores', '比分1:2、'.repeat(15_000)],
  ['digits and points', '1.'.repeat(50_000)],
  ['digits and dashes', '1-'.repeat(50_000)],
  ['digits and commas', '123,'.repeat(25_000)],
  ['nested brackets', `${'（'.repeat(50_000)}好${'）'.repeat(50_000)}`],
  ['marks', '。'.repeat(100_000)],
  ['letters', 'ab'.repeat(50_000)],
  ['an address without end', `https://${'a/'.repeat(50_000)}`],
  ['one character', '一'.repeat(100_000)],
  ['spaces', ' '.repeat(1_000_000)],
  ['emoji', '😀'.repeat(20_000)],
  ['joiners', '\u200d'.repeat(50_000)],
];

for (const [name, text] of monsters) {
  test(`${name}: read whole, in time`, { timeout: 30_000 }, () => check(text));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnalyser } from '../../src/text/analyse.ts';
import { readTable } from '../../src/text/data.ts';
import { loadInventory } from '../../src/text/symbols/inventory.ts';
import { PhoneTable } from '../../src/text/symbols/phones.ts';

const table = new PhoneTable(loadInventory('PinYin'));
const analyser = createAnalyser('PinYin');

function readings(text: string): string {
  const words = [...analyser.sentences(text)].flatMap(({ sentence }) => sentence.words);
  return words.flatMap((word) => word.syllables.map((syllable) => syllable.reading)).join(' ');
}

test('every entry has one syllable a character, and each can be said', () => {
  for (const [word, pinyin] of readTable('readings.tsv')) {
    const syllables = pinyin!.split(' ');
    assert.equal(syllables.length, [...word!].length, word);
    for (const syllable of syllables) {
      assert.match(syllable, /^[a-z]+[1-5]$/, word);
      assert.ok(table.has(syllable.slice(0, -1)), `${word} ${syllable}`);
    }
    assert.equal(readings(word!), pinyin, word);
  }
});

const cases: readonly [text: string, pinyin: string][] = [
  ['银行行长', 'yin2 hang2 hang2 zhang3'],
  ['重庆的重量', 'chong2 qing4 de5 zhong4 liang4'],
  ['音乐和快乐', 'yin1 yue4 he2 kuai4 le4'],
  ['长大了，头发很长', 'zhang3 da4 le5 tou2 fa5 hen3 chang2'],
  ['单先生和曾老师', 'shan4 xian1 sheng5 he2 zeng1 lao3 shi1'],
  ['他姓查，曾任教授', 'ta1 xing4 zha1 ceng2 ren4 jiao4 shou4'],
  ['他慢慢地走在地上', 'ta1 man4 man4 de5 zou3 zai4 di4 shang4'],
  ['这只猫只吃鱼', 'zhe4 zhi1 mao1 zhi3 chi1 yu2'],
  ['你得去，他干得好', 'ni3 dei3 qu4 ta1 gan4 de5 hao3'],
  ['曾国强曾是单位领导', 'zeng1 guo2 qiang2 ceng2 shi4 dan1 wei4 ling3 dao3'],
  ['还书还是还钱', 'huan2 shu1 hai2 shi4 huan2 qian2'],
];

for (const [text, pinyin] of cases) test(`${text}: ${pinyin}`, () => assert.equal(readings(text), pinyin));

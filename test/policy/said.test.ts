import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { judge } from '../../src/policy/judge.ts';
import { inSlices } from '../../src/policy/slices.ts';
import { createAnalyser } from '../../src/text/analyse.ts';
import { parseLexicon } from '../../src/text/lexicon.ts';
import { random } from '../random.ts';
import { listOf, places } from './listed.ts';

const analyser = createAnalyser('PinYin');

/** What is said of a text, as far as it is Han characters. */
function saidOf(text: string, lexicon = ''): string {
  const sentences = [...analyser.sentences(text, { lexicon: parseLexicon(lexicon) })];
  return sentences
    .flatMap(({ sentence }) => sentence.words.flatMap((word) => word.syllables))
    .map(({ text }) => text)
    .join('');
}

suite('what is said is found, whatever stands between and is not', async () => {
  const list = await listOf(['敏感词 deny r', 'casino deny c', '遮住 mask m']);
  const found = (text: string, lexicon = '') => inSlices(judge(list, text, parseLexicon(lexicon)));

  for (const between of ['あ', 'ก', 'ʰ', '𠀀', 'ᄀ', '한글', 'ㄅ', 'ابج', 'ⓒ', '㊙', 'ж', 'ạ', 'あ'.repeat(100)]) {
    test(`敏${between.slice(0, 3)}感词`, async () => {
      const text = `前敏${between}感${between}词后`;
      const expected = saidOf(text).includes('敏感词') ? 'deny' : 'allow';
      assert.equal((await found(text)).action, expected);
      assert.equal((await found(`前甲${between}词`, '甲 =敏感')).action, expected);
      assert.equal((await found('前甲词', `甲 =敏${between}感`)).action, expected);
    });
  }

  test('in its place, and masked as a whole', async () => {
    const verdict = await found('先遮あ住。再遮住。');
    assert.equal(verdict.text, '先□□□。再□□。');
    assert.deepEqual(places(verdict.findings), ['m 1-4', 'm 6-8']);
    assert.equal((await found('玩жcasinoж')).action, 'deny');
  });

  test('what is said between parts a word', async () => {
    for (const between of ['的', 'a', '7', '們', 'Ａ', 'é']) {
      assert.equal((await found(`敏${between}感词`)).action, 'allow', between);
    }
  });

  test('any characters', () => {
    const next = random(11);
    const some = (): string => {
      const any = Math.floor(next() * (next() < 0.8 ? 0x10000 : 0x32000));
      return (any & 0xf800) === 0xd800 ? '' : String.fromCodePoint(any);
    };
    let unsaid = 0;
    for (let round = 0; round < 3000; round += 1) {
      const [a, b] = [some() + (next() < 0.3 ? some() : ''), next() < 0.5 ? some() : ''];
      const [text, lexicon] = next() < 0.5 ? [`敏${a}感${b}词`, ''] : [`甲${a}词`, `甲 =敏${b.trim()}感`];
      if (!saidOf(text, lexicon).includes('敏感词')) continue;
      unsaid += 1;
      const judging = judge(list, text, parseLexicon(lexicon));
      let step = judging.next();
      while (step.done !== true) step = judging.next();
      assert.equal(step.value.action, 'deny', JSON.stringify([text, lexicon]));
    }
    assert.ok(unsaid > 500, `${unsaid}`);
  });
});

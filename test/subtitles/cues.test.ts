import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns } from '../../src/subtitles/columns.ts';
import { type Cue, cuesOf } from '../../src/subtitles/cues.ts';
import { placeSentence } from '../../src/subtitles/timeline.ts';
import { spoken } from './spoken.ts';

const lotus =
  '曲曲折折的荷塘上面，弥望的是田田的叶子。叶子出水很高，像亭亭的舞女的裙。层层的叶子中间，零星地点缀着些白花，有袅娜地开着的，有羞涩地打着朵儿的；正如一粒粒的明珠，又如碧天里的星星，又如刚出浴的美人。';

/** What every subtitle must be, whatever the text. */
function check(text: string, cues: readonly Cue[], widest = 32): void {
  let end = 0;
  let to = 0;
  for (const cue of cues) {
    const written = text.slice(cue.start, cue.end);
    assert.ok(cue.start >= end, 'spans are in order');
    assert.equal(text.slice(end, cue.start).replace(/\s/g, ''), '', 'nothing of the text is left out');
    assert.ok(cue.from >= to && cue.to >= cue.from, `times do not overlap: ${to} ${cue.from} ${cue.to}`);
    assert.ok(cue.lines.length >= 1 && cue.lines.length <= 2);
    assert.equal(cue.lines.join('').replace(/\s/g, ''), written.replace(/\s/g, ''), 'lines are the text as written');
    for (const line of cue.lines) {
      assert.ok(columns(line) <= widest, `${line} is ${columns(line)} columns`);
      assert.doesNotMatch(line, /^[，。！？；：、）》”’…]/, 'no line begins with a mark that ends something');
      assert.doesNotMatch(line, /[《（“‘]$/, 'no line ends with a mark that begins something');
    }
    end = cue.end;
    to = cue.to;
  }
}

test('cues end where one stops reading', async () => {
  const cues = cuesOf(lotus, await spoken(lotus));
  check(lotus, cues);
  for (const { lines } of cues) assert.match(lines.at(-1)!, /[，。；]$/);
  assert.deepEqual(cues[0]!.lines, ['曲曲折折的荷塘上面，', '弥望的是田田的叶子。']);
  assert.deepEqual([cues[0]!.start, cues[0]!.end, cues[0]!.from], [0, 20, 0]);
});

test('marks stay with what they belong to', async () => {
  const text = '他慢慢地读完了那一本《平凡的世界》（第一部），然后他说：“这一本书真的是太好了！”';
  const cues = cuesOf(text, await spoken(text));
  check(text, cues);
  assert.ok(cues.some(({ lines }) => lines.some((line) => line.startsWith('“这'))));
});

test('what flashes by is joined, but not over a paragraph', async () => {
  const text = '好。是的。我知道了。\n好。';
  const cues = cuesOf(text, await spoken(text));
  check(text, cues);
  assert.deepEqual(
    cues.map(({ lines }) => lines),
    [['好。是的。我知道了。'], ['好。']],
  );
});

test('what was read as more than it is written is one word of the text', () => {
  const timing = {
    lead: 0.25,
    seconds: 1,
    words: [
      { text: '涨了', start: 10, end: 12, from: 0, to: 0.3 },
      { text: '百分之', start: 12, end: 16, from: 0.3, to: 0.6 },
      { text: '三点五', start: 12, end: 16, from: 0.6, to: 0.9 },
    ],
    phones: [{ symbol: 'zh_c', start: 10, end: 11, from: 0, to: 0.1 }],
  };
  const placed = placeSentence({ index: 3, start: 10, end: 17 }, timing, 2);
  assert.deepEqual(placed, {
    index: 3,
    start: 10,
    end: 17,
    from: 2.25,
    to: 3.25,
    words: [
      { start: 10, end: 12, from: 2.25, to: 2.55 },
      { start: 12, end: 16, from: 2.55, to: 3.15 },
    ],
    phones: [{ symbol: 'zh_c', start: 10, end: 11, from: 2.25, to: 2.35 }],
  });
});

test('a word wider than a line is cut, its time with it', () => {
  const text = `${'https://example.com/'.repeat(5)}。`;
  const timing = { lead: 0, seconds: 10, words: [{ text: '', start: 0, end: 100, from: 0, to: 10 }], phones: [] };
  const cues = cuesOf(text, [placeSentence({ index: 0, start: 0, end: 101 }, timing, 0)]);
  check(text, cues);
  assert.ok(cues.length >= 2);
  assert.ok(Math.abs(cues[1]!.from - 6.4) < 0.5, `${cues[1]!.from}`);
});

test('widths are those of the screen', () => {
  const cases: readonly [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['你好', 4],
    ['，。', 4],
    ['ＡＢ', 4],
    ['é', 1],
    ['😀', 2],
    ['𠮷', 2],
    ['“好”', 6],
  ];
  for (const [text, width] of cases) assert.equal(columns(text), width, text);
});

test('any text gives cues that cover it, in order', async () => {
  const alphabet = [...'的一是了我不在人有他这中大来上国，。！？；：、“”《》（）…\n 　abcXYZ0123.-%￥☃😀'];
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let i = 0; i < 150; i += 1) {
    const text = `字${Array.from({ length: random(200) }, () => alphabet[random(alphabet.length)]).join('')}`;
    const sentences = (await spoken(text)).filter(({ words }) => words.length > 0);
    const narrow = 16 + 2 * random(12);
    const cues = cuesOf(text, sentences, { columns: narrow });
    let to = 0;
    for (const cue of cues) {
      assert.ok(cue.from >= to && cue.to > cue.from, JSON.stringify(text));
      assert.ok(cue.lines.length <= 2);
      to = cue.to;
    }
    const shown = cues
      .flatMap(({ lines }) => lines)
      .join('')
      .replace(/\s/g, '');
    const said = cues
      .map(({ start, end }) => text.slice(start, end))
      .join('')
      .replace(/\s/g, '');
    for (const { start, end } of sentences) {
      assert.ok(cues.some((cue) => cue.start <= start) && cues.some((cue) => cue.end >= end));
    }
    assert.equal(shown, said);
  }
});

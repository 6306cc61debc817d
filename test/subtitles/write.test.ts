import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { findChapters, placeChapters } from '../../src/subtitles/chapters.ts';
import { cuesOf } from '../../src/subtitles/cues.ts';
import { vttCue, writeSubtitles } from '../../src/subtitles/write.ts';
import { ensureDebianPackage } from '../install.ts';
import { spoken } from './spoken.ts';

ensureDebianPackage('ffmpeg', '/usr/bin/ffmpeg');

const text =
  '第一章 归来\n他说：“<b>3 --> 4</b> & 好吗？”曲曲折折的荷塘上面，弥望的是田田的叶子。\n\n第二章 别离\n叶子出水很高，像亭亭的舞女的裙。';

/** Cues as ffmpeg understands them: from and to in seconds, and text without markup. */
function asFfmpegReads(format: 'srt' | 'webvtt', file: string): { from: number; to: number; text: string }[] {
  const out = execFileSync('ffmpeg', ['-v', 'error', '-f', format, '-i', '-', '-f', 'ass', '-'], { input: file });
  return [...out.toString().matchAll(/^Dialogue: \d+,([\d:.]+),([\d:.]+),[^,]*,[^,]*,0,0,0,[^,]*,(.*)$/gm)].map(
    ([, from, to, said]) => ({ from: seconds(from!), to: seconds(to!), text: said!.trim().replaceAll('\\N', '\n') }),
  );
}

function seconds(clock: string): number {
  return clock.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
}

test('ffmpeg reads the cues that were written, to the hundredth', async () => {
  const sentences = await spoken(text);
  const cues = cuesOf(text, sentences);
  for (const format of ['srt', 'vtt'] as const) {
    const file = writeSubtitles(format, { text, sentences });
    const read = asFfmpegReads(format === 'srt' ? 'srt' : 'webvtt', file);
    assert.equal(read.length, cues.length);
    for (const [i, cue] of cues.entries()) {
      assert.ok(Math.abs(read[i]!.from - cue.from) < 0.011 && Math.abs(read[i]!.to - cue.to) < 0.011, format);
      // ASS has no way to write what looks like markup, so only plain cues are compared letter by letter.
      if (!/[<&]/.test(cue.lines.join(''))) assert.equal(read[i]!.text, cue.lines.join('\n'));
    }
  }
});

test('what would be markup is not', async () => {
  const sentences = await spoken(text);
  const vtt = writeSubtitles('vtt', { text, sentences });
  assert.match(vtt, /^WEBVTT\n\n1\n00:00:00\.000 --> /);
  assert.match(vtt, /&lt;b&gt;3 --&gt; 4&lt;\/b&gt; &amp; 好吗/);
  const srt = writeSubtitles('srt', { text, sentences });
  assert.equal(srt.match(/-->/g)!.length, cuesOf(text, sentences).length);
});

test('times are written to the millisecond, carried over to hours', () => {
  const cue = (from: number, to: number) => ({ from, to, lines: ['x'] });
  assert.match(vttCue(1, cue(59.9996, 3599.9999)), /00:01:00\.000 --> 01:00:00\.000/);
  assert.match(vttCue(1, cue(360_000, 360_001.5)), /100:00:00\.000 --> 100:00:01\.500/);
});

test('JSON has words and symbols at their places in the text', async () => {
  const sentences = await spoken(text);
  const chapters = placeChapters(findChapters(text), sentences);
  const json = JSON.parse(writeSubtitles('json', { text, sentences, chapters }));
  assert.equal(json.duration, sentences.at(-1)!.to);
  for (const sentence of json.sentences) {
    assert.equal(sentence.text, text.slice(sentence.start, sentence.end));
    for (const word of sentence.words) assert.equal(word.text, text.slice(word.start, word.end));
  }
  assert.deepEqual(
    json.chapters.map(({ title }: { title: string }) => title),
    ['第一章 归来', '第二章 别离'],
  );
});

test('chapters are found by their headings, and by nothing else', () => {
  const headings = [
    '第一章',
    '第十二回 贾宝玉初试云雨情',
    '　　第3节：开始',
    'Chapter 12: The End',
    'PART IV',
    '楔子',
    '尾声 十年后',
    '## 归来',
  ];
  const others = [
    '第一章的内容很精彩，我们接着读。',
    '他翻到第一章',
    '序列是有顺序的。',
    'Part of the problem',
    '#标签',
    '前言不搭后语',
    '第一，我们要努力。',
  ];
  for (const line of headings) assert.equal(findChapters(`${line}\n正文。`).length, 1, line);
  for (const line of others) assert.equal(findChapters(`${line}\n正文。`).length, 0, line);
  const chapters = findChapters('前面。\n第一章\n一。\n第二章\n二。');
  assert.deepEqual(chapters, [
    { title: '第一章', start: 4, end: 11 },
    { title: '第二章', start: 11, end: 17 },
  ]);
});

test('a chapter is heard from its heading to the next one', async () => {
  const sentences = await spoken(text);
  const placed = placeChapters(findChapters(text), sentences);
  assert.equal(placed[0]!.from, 0);
  assert.equal(placed[0]!.to, placed[1]!.from);
  assert.equal(placed[1]!.to, sentences.at(-1)!.to);
  assert.deepEqual(placeChapters([{ title: 'x', start: 900, end: 901 }], sentences), []);
  assert.deepEqual(placeChapters(findChapters(text), []), []);
});

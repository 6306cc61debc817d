import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import { sentences } from '../../src/text/sentences.ts';

function split(text: string): string[] {
  return [...sentences(text)].map(({ start, end }) => text.slice(start, end));
}

test('sentence breaks of WeTTS', () => {
  const table = readFileSync(join(packageRoot, 'test', 'text', 'public', 'wetts_sentence_break_cases.tsv'), 'utf8');
  for (const row of table.trim().split('\n')) {
    const [text, parts] = row.split('\t') as [string, string];
    assert.deepEqual(split(text), parts.split('|'));
  }
});

const cases: readonly [text: string, parts: readonly string[]][] = [
  ['他说：“你好。”然后走了。', ['他说：“你好。”', '然后走了。']],
  ['真的吗？！真的……是啊。', ['真的吗？！', '真的……是啊。']],
  ['今天 3.5 度. 明天呢', ['今天 3.5 度.', '明天呢']],
  ['Mr. Li和J. K. Rowling来了. Yes.', ['Mr. Li和J. K. Rowling来了.', 'Yes.']],
  ['看https://a.com/b?c=1;d=2吧。', ['看https://a.com/b?c=1;d=2吧。']],
  ['第一行\n\n第二行\r\n', ['第一行', '第二行']],
  ['好。。。\n——\n嗯', ['好。。。\n——', '嗯']],
  ['……开头', ['……开头']],
  ['。。。', ['。。。']],
  ['“走吧！”，他说，“快！”然后走了。', ['“走吧！”，他说，“快！”', '然后走了。']],
  ['《奔跑吧！兄弟》好看。再看！', ['《奔跑吧！兄弟》好看。', '再看！']],
  ['他（？）来了。', ['他（？）来了。']],
  ['太好了！😀👍🏽明天见。', ['太好了！😀👍🏽', '明天见。']],
  ['1. 苹果\n2. 梨', ['1. 苹果', '2. 梨']],
  ['见 Fig. 3 和 pp. 5. 完。', ['见 Fig. 3 和 pp. 5.', '完。']],
  ['“你好……”他说（真的。）然后', ['“你好……”', '他说（真的。）', '然后']],
  ['价格3.5元。涨0.5%！', ['价格3.5元。', '涨0.5%！']],
  ['  \n\t', []],
  ['', []],
];

for (const [text, parts] of cases) {
  test(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(split(text), parts));
}

test('a text without ends is cut between words, not in numbers or pairs', () => {
  const parts = split(`${'字'.repeat(590)}12345678901234567890${'😀'.repeat(900)}`);
  assert.ok(parts.every((part) => part.length <= 601));
  assert.ok(parts.some((part) => part.includes('12345678901234567890')));
  assert.ok(parts.every((part) => !/[\p{Cs}]/u.test(part)));
});

/** A text that remembers how far into it anyone looked. */
class WatchedText extends String {
  furthest = 0;

  override charAt(at: number): string {
    this.furthest = Math.max(this.furthest, at);
    return super.charAt(at);
  }

  override slice(from: number, to?: number): string {
    this.furthest = Math.max(this.furthest, to ?? this.length);
    return super.slice(from, to);
  }
}

test('the first sentence is there before more than the second is looked at', () => {
  const text = new WatchedText(`第一句。第二句。${'长'.repeat(10_000)}。`);
  const found = sentences(text as unknown as string);
  assert.deepEqual(found.next().value, { start: 0, end: 4 });
  assert.ok(text.furthest <= 8, `looked at ${text.furthest}`);
  found.next();
  assert.ok(text.furthest > 8, 'a watch that sees nothing');
});

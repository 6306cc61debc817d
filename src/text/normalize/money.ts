import { readTable } from '../data.ts';
import { amount } from './number.ts';
import { alternation, type Found, number, type Part, type Rule, rule } from './rule.ts';

const names = new Map(readTable('currencies.tsv') as [string, string][]);
const marks = alternation([...names.keys()]);
const scales: Readonly<Record<string, string>> = {
  k: '千',
  K: '千',
  m: '百万',
  M: '百万',
  b: '十亿',
  B: '十亿',
  bn: '十亿',
};
const scale = '(?<x>万亿|[百千万亿]|(?:bn|[kKmMbB])(?![A-Za-z\\d]))?';
const spoken = '元|块钱?|美元|欧元|英镑|日元|港元|港币|人民币|澳元|韩元|卢布|法郎|新台币';

export const money: readonly Rule[] = [
  rule(
    'money',
    String.raw`(?<![A-Za-z])(?<c>${marks})\s?(?<sign>-?)(?<a>${number})(?:\s?[-–—~～]\s?(?:${marks})?\s?(?<b>${number}))?${scale}(?:\s?(?:元|人民币|美元|美金|欧元|英镑|日元|港币|港元))?`,
    (found) => found.whole(`${range(found)}${scaleWord(found)}${names.get(found.get('c'))}`),
  ),
  rule('money', String.raw`(?<![\d.])(?<a>${number})${scale}\s?(?<c>${marks})(?![A-Za-z\d])`, (found) => [
    found.say('a', range(found)),
    ...(found.get('x') === '' ? [] : [found.say('x', scaleWord(found))]),
    found.say('c', names.get(found.get('c')) ?? found.get('c')),
  ]),
  rule('money', String.raw`(?<![\d.])(?<a>${number})(?=\s?(?:万|亿|万亿)?(?:${spoken}))`, trimmed),
];

function trimmed(found: Found): Part[] | undefined {
  const written = found.get('a');
  return /\.\d*0$/.test(written) ? [found.say('a', amount(written))] : undefined;
}

function range(found: Found): string {
  const low = `${found.get('sign') === '' ? '' : '负'}${two(found.get('a'))}`;
  return found.get('b') === '' ? low : `${low}到${two(found.get('b'))}`;
}

function two(written: string): string {
  return written === '2' ? '两' : amount(written);
}

function scaleWord(found: Found): string {
  return scales[found.get('x')] ?? found.get('x');
}

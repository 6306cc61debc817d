import { readTable } from '../data.ts';
import { amount, shifted } from './number.ts';
import { alternation, dashes, digit, type Found, number, type Part, type Rule, rule } from './rule.ts';

const names = new Map(readTable('currencies.tsv') as [string, string][]);
const marks = alternation([...names.keys()]);
const begins = [...new Set([...names.keys()].map((mark) => mark.charAt(0)))].join('');
/** Noughts of the scales of English, which Chinese counts otherwise: $3.2M is 三百二十万美元. */
const powers: Readonly<Record<string, number>> = {
  k: 3,
  K: 3,
  thousand: 3,
  m: 6,
  M: 6,
  mn: 6,
  million: 6,
  b: 9,
  B: 9,
  bn: 9,
  billion: 9,
};
const scale = String.raw`(?:\s?(?<x>万亿|[百千万亿]{1,2}|(?:thousand|million|billion|bn|mn|[kKmMbB])(?![A-Za-z\d])))?`;
const spoken = '元|块钱?|美元|欧元|英镑|日元|港元|港币|人民币|澳元|韩元|卢布|法郎|新台币';

export const money: readonly Rule[] = [
  rule(
    'money',
    begins,
    String.raw`(?<![A-Za-z])(?<c>${marks})\s?(?<sign>[-−]?)(?<a>${number})(?:\s?[${dashes}至到]\s?(?:${marks})?\s?(?<b>${number}))?(?<some>[余多]?)${scale}(?<few>[余多]?)(?:\s?(?:元|人民币|美元|美金|欧元|英镑|日元|日圆|港币|港元|澳元|加元|新台币|台币|圆))?`,
    (found) =>
      found.whole(
        `${range(found)}${found.get('some')}${scaleWord(found)}${found.get('few')}${names.get(found.get('c'))}`,
      ),
  ),
  rule('money', digit, String.raw`(?<![\d.])(?<a>${number})${scale}\s?(?<c>${marks})(?![A-Za-z\d])`, (found) => [
    found.say('a', range(found)),
    ...(scaleWord(found) === '' ? [] : [found.say('x', scaleWord(found))]),
    found.say('c', names.get(found.get('c')) ?? found.get('c')),
  ]),
  rule('money', digit, String.raw`(?<![\d.])(?<a>${number})(?=\s?(?:万|亿|万亿)?(?:${spoken}))`, trimmed),
];

function trimmed(found: Found): Part[] | undefined {
  const written = found.get('a');
  return /\.\d*0$/.test(written) ? [found.say('a', amount(written))] : undefined;
}

function range(found: Found): string {
  const power = powers[found.get('x')] ?? 0;
  const low = `${found.get('sign') === '' ? '' : '负'}${two(found.get('a'), power)}`;
  return found.get('b') === '' ? low : `${low}到${two(found.get('b'), power)}`;
}

function two(written: string, power: number): string {
  if (power > 0) return amount(shifted(written, power));
  return written === '2' ? '两' : amount(written);
}

function scaleWord(found: Found): string {
  return found.get('x') in powers ? '' : found.get('x');
}

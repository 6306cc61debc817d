import { cardinal } from './number.ts';
import { type Rule, rule } from './rule.ts';

const operators: Readonly<Record<string, string>> = {
  '<=': '小于等于',
  '>=': '大于等于',
  '!=': '不等于',
  '==': '等于',
  '+': '加',
  '*': '乘',
};
const operand = '[\\dA-Za-zπαβ)²³]';

/** Signs of numbers and operators between operands; symbols that always mean one thing are in data/symbols.tsv. */
export const math: readonly Rule[] = [
  rule('math', '(?<o>[<>!=]=)', (found) => found.whole(operators[found.get('o')]!)),
  rule('power', String.raw`(?<=${operand})\^(?<n>\d{1,3})(?!\d)`, (found) => [
    found.say('n', `的${cardinal(found.get('n'))}次方`),
  ]),
  rule('math', String.raw`(?<=${operand}\s?)(?<o>[+*])(?=\s?[-(]?${operand})`, (found) =>
    found.whole(operators[found.get('o')]!),
  ),
  rule('sign', String.raw`(?<![\dA-Za-z)%])(?<s>-)(?=\d|\.\d)`, (found) => found.whole('负')),
  rule('sign', String.raw`(?<![\dA-Za-z)%])(?<s>\+)(?=\d|\.\d)`, (found) => found.whole('正')),
  rule('plus', String.raw`(?<=[\dA-Za-z万千百亿+])(?<s>\+)(?!\d)`, (found) => found.whole('加')),
];

/** A minus between numbers: 5 - 3, 3-2=1. */
export const minus: readonly Rule[] = [
  rule('math', String.raw`(?<=\d\s)(?<o>-)(?=\s\d)|(?<=\d)(?<p>-)(?=\d{1,12}(?:\.\d{1,9})?\s?[-+×*=])`, (found) =>
    found.whole('减'),
  ),
];

import { spellDigits } from './number.ts';
import { cues, digit, type Rule, rule } from './rule.ts';

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
  rule('math', '<>!=', '[<>!=]=', (found) => found.whole(operators[found.text]!)),
  // 1920×1080, pixels one by one
  rule(
    'size',
    digit,
    String.raw`(?<![\d.×*])(?<a>\d{3,5})\s?(?<s>[×xX*])\s?(?<b>\d{3,5})(?![\d.]|\s?[米毫厘公m×xX*])`,
    (found) => {
      const pixels = [found.get('a'), found.get('b')].every((each) => each.length > 3 || !/00$/.test(each));
      if (!pixels) return undefined;
      return [
        ...parted(found.say('a', ''), found.get('a')),
        found.say('s', '乘'),
        ...parted(found.say('b', ''), found.get('b')),
      ];
    },
  ),
  rule('size', 'xX', String.raw`(?<=(?<![A-Za-z])\d\s?)[xX](?=\s?\d)`, (found) => found.whole('乘')),
  rule('math', '+*＋', String.raw`(?<=${operand}\s?)[+*＋](?=\s?[-(]?${operand})`, (found) =>
    found.whole(operators[found.text === '＋' ? '+' : found.text]!),
  ),
  rule('sign', '\\-−', String.raw`(?<![\dA-Za-zα-ωΑ-Ω)%²³\p{Script=Han}》”’」』）\]])[-−](?=\d|\.\d)`, (found) =>
    found.whole('负'),
  ),
  rule('sign', '\\-−', String.raw`(?<=(?:${cues('negative')}))[-−](?=\d|\.\d)`, (found) => found.whole('负')),
  rule('sign', '\\-−', String.raw`[-−](?=\d{1,4}(?:\.\d{1,3})?(?:度|℃|°))(?<!\d[-−])`, (found) => found.whole('负')),
  rule('sign', '−', String.raw`(?<![\dA-Za-z)]\s?)−(?=[\dA-Za-z])`, (found) => found.whole('负')),
  rule('zone', '\\-−', String.raw`(?<=UTC|GMT)\s?[-−](?=\d)`, (found) => found.whole('减')),
  rule('sign', '+＋', String.raw`(?<![\dA-Za-z)%])[+＋](?=\d|\.\d)`, (found) => found.whole('正')),
  rule('plus', '+', String.raw`(?<=[\dA-Za-z万千百亿岁+])\+(?!\d)`, (found) => found.whole('加')),
];

/** A minus between numbers: 5 - 3, 3-2=1, x−1. */
export const minus: readonly Rule[] = [
  rule(
    'math',
    '\\-−',
    String.raw`(?<=\d\s)-(?=\s\d)|(?<=\d)-(?=\d{1,12}(?:\.\d{1,9})?\s?[-+×*=÷])|(?<=${operand}\s?)−(?=\s?[\dA-Za-z(])|(?<=(?<![A-Za-z])[a-z])-(?=\d{1,6}[)=<>+])`,
    (found) => found.whole('减'),
  ),
];

function parted(at: { readonly start: number }, run: string) {
  return [...run].map((char, index) => ({
    text: spellDigits(char),
    start: at.start + index,
    end: at.start + index + 1,
  }));
}

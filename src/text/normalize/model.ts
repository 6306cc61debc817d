import { counters, cues, digit, type Rule, rule } from './rule.ts';

/** What makes and types are called: 歼-20, 737-800, MH370. A hyphen in them is not said. */
export const model: readonly Rule[] = [
  rule(
    'model',
    digit,
    String.raw`(?<![\d.,])(?<n>7[0-8]7)(?<s>-)(?<m>[1-9]00|\d{1,2})(?=[A-Z]{0,2}(?![\d-]))`,
    (found) => [
      ...found.spell('n'),
      found.say('s', '杠'),
      ...(found.get('m').length === 3 ? [found.say('m', hundred(found.get('m')))] : found.spell('m')),
    ],
  ),
  rule('model', digit, String.raw`(?<![\d.])(?<a>7)(?<s>-)(?<b>11)(?=便利|超商|门市|连锁|店)`, (found) => [
    found.say('a', '七'),
    found.say('s', '杠'),
    found.say('b', '十一'),
  ]),
  rule('model', digit, String.raw`(?<![\d.,])(?<n>(?:48|57|72)0|1080|1440|2160)(?=[pPi](?![A-Za-z\d]))`, (found) =>
    found.spell('n'),
  ),
  rule('model', '\\-', String.raw`(?<=[A-Z]\d{3})-(?<m>[1-9]00)(?!\d)`, (found) =>
    found.whole(`杠${hundred(found.get('m'))}`),
  ),
  rule('model', digit, String.raw`(?<=(?:${cues('aircraft')})[-–－])(?<n>[2-9]\d|[1-9]\d{2})(?!\d|[.,]\d)`, (found) =>
    found.spell('n'),
  ),
  rule(
    'model',
    digit,
    String.raw`(?<=[一-龥])(?<=歼|歼轰|苏|米格|运|轰|直)(?<n>[2-9]\d)(?!\d|[.,]\d|\s?(?:${counters}))`,
    (found) => found.spell('n'),
  ),
  rule('model', digit, String.raw`(?<![A-Za-z])(?<=AK|T|B|KV|MG|BF)(?<n>[2-9]\d)(?!\d|[.,]\d|\s?[℃%])`, (found) =>
    found.spell('n'),
  ),
];

function hundred(written: string): string {
  return `${'零一二三四五六七八九'.charAt(Number(written.charAt(0)))}百`;
}

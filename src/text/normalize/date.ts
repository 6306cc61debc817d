import { cardinal } from './number.ts';
import { type Found, type Part, type Rule, rule } from './rule.ts';

const year = '(?<y>[12]\\d{3})';
const month = '(?<m>0?[1-9]|1[0-2])';
const fullMonth = '(?<m>0[1-9]|1[0-2])';
const day = '(?<d>0?[1-9]|[12]\\d|3[01])';
const fullDay = '(?<d>0[1-9]|[12]\\d|3[01])';
const before = '(?<![\\d.,/\\-])';
const after = '(?![\\d/\\-]|[.:]\\d)';
const notAmount = '(?!\\s?(?:[%‰元块亿万千百美欧倍]|[A-Za-z℃°]))';

export const date: readonly Rule[] = [
  rule('date', `${before}${year}(?<s>[-/.])${month}(?<t>\\k<s>)${day}${after}(?<tail>[日号]?)`, (found) => [
    ...found.spell('y'),
    found.say('s', '年'),
    found.say('m', cardinal(found.get('m'))),
    found.say('t', '月'),
    ...dayParts(found),
  ]),
  rule('date', `${before}${fullMonth}(?<s>[-/.])${fullDay}\\k<s>${year}${after}`, (found) =>
    found.whole(`${yearWords(found)}${monthWords(found)}${cardinal(found.get('d'))}日`),
  ),
  rule('date', `${before}${year}(?<s>[-/.])${fullMonth}${after}${notAmount}`, (found) => [
    ...found.spell('y'),
    found.say('s', '年'),
    found.say('m', `${cardinal(found.get('m'))}月`),
  ]),
  rule('date', `${before}${fullMonth}[-/.]${year}${after}`, (found) =>
    found.whole(`${yearWords(found)}${monthWords(found)}`),
  ),
  rule(
    'date',
    `${before}(?:${fullMonth}(?<s>[-/])${fullDay}|(?<m1>0[1-9])(?<s1>\\.)(?<d1>0[1-9]|[12]\\d|3[01]))${after}${notAmount}`,
    (found) => {
      const tag = found.get('m') === '' ? '1' : '';
      if (tag === '' && !/0/.test(`${found.get('m').charAt(0)}${found.get('d').charAt(0)}`)) return undefined;
      return [
        found.say(`m${tag}`, cardinal(found.get(`m${tag}`))),
        found.say(`s${tag}`, '月'),
        found.say(`d${tag}`, `${cardinal(found.get(`d${tag}`))}日`),
      ];
    },
  ),
  // 2019-2020年, (1912—1949)
  rule(
    'years',
    String.raw`(?<![\d.,/\-])(?<y>1[0-9]\d{2}|20\d{2})\s?(?<s>[-–—~～至到])\s?(?<z>1[0-9]\d{2}|20\d{2}|\d{2}(?=年))(?![\d.,/\-])${notAmount}`,
    (found) =>
      found.get('z').length === 4 && Number(found.get('z')) <= Number(found.get('y'))
        ? undefined
        : [...found.spell('y'), found.say('s', '到'), ...found.spell('z')],
  ),
  rule('year', '(?<y>[1-9]000)(?=年(?:前|后|来|以来|间|之|的历史|历史))', (found) => [
    found.say('y', cardinal(found.get('y'))),
  ]),
  rule('year', '(?<=公元)(?<y>\\d{3})(?=年)', (found) => found.spell('y')),
  rule('year', '(?<![\\d.,])(?<y>[12]\\d{3})(?=\\s?(?:年|级|届))', (found) => found.spell('y')),
  rule('year', '(?<![\\d.,])(?<y>\\d{2})(?=年(?:\\s?\\d{1,2}月|[级版款]))', (found) => found.spell('y')),
  rule('decade', '(?<![\\d.,])(?<y>[05-9][05])(?=后(?!的?\\d|[来]))', (found) => found.spell('y')),
  rule('monthday', '(?<![\\d.,])0(?<d>[1-9])(?=月|日|号)', (found) => found.whole(cardinal(found.get('d')))),
];

function yearWords(found: Found): string {
  return `${found
    .spell('y')
    .map((part) => part.text)
    .join('')}年`;
}

function monthWords(found: Found): string {
  return `${cardinal(found.get('m'))}月`;
}

function dayParts(found: Found): Part[] {
  const tail = found.get('tail');
  const words = cardinal(found.get('d'));
  return tail === '' ? [found.say('d', `${words}日`)] : [found.say('d', words), found.say('tail', tail)];
}

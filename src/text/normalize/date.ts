import { cardinal } from './number.ts';
import { digit, type Found, measured, type Part, type Rule, rule } from './rule.ts';

const year = '(?<y>1\\d{3}|20\\d{2}|21\\d{2})';
const modern = '(?<y>(?:19|20)\\d{2})';
const month = '(?<m>0?[1-9]|1[0-2])';
const fullMonth = '(?<m>0[1-9]|1[0-2])';
const day = '(?<d>0?[1-9]|[12]\\d|3[01])';
const fullDay = '(?<d>0[1-9]|[12]\\d|3[01])';
/** A hyphen before is that of a range when a date ends at it. */
const before = '(?<![\\d./]|\\d,|(?<![./\\-]\\d{1,2})(?<=\\d)-)';
const after = '(?![\\d/]|[-–](?![12]\\d{3})\\d|[.:]\\d)';
const notAmount = '(?!\\s?(?:[%‰元块亿万千百美欧倍]|[A-Za-z℃°]))';
const notCount = `${notAmount}(?!\\s?(?![月日号年])(?:${measured}))`;

/** Days and months in every order and with every separator; years alone are in year.ts. */
export const date: readonly Rule[] = [
  rule('date', digit, `${before}${year}(?<s>[-/.–])${month}(?<t>\\k<s>)${day}${after}(?<tail>[日号]?)`, (found) => [
    ...found.spell('y'),
    found.say('s', '年'),
    found.say('m', cardinal(found.get('m'))),
    found.say('t', '月'),
    ...dayParts(found),
  ]),
  rule('date', digit, `${before}${fullMonth}(?<s>[-/.])${fullDay}\\k<s>${year}${after}`, (found) =>
    found.whole(`${yearWords(found)}${monthWords(found)}${cardinal(found.get('d'))}日`),
  ),
  rule('date', digit, `${before}${year}(?<s>[-/.])${fullMonth}${after}${notCount}(?<tail>月?)`, (found) => [
    ...found.spell('y'),
    found.say('s', '年'),
    found.say('m', cardinal(found.get('m'))),
    found.say(found.get('tail') === '' ? 'm' : 'tail', '月'),
  ]),
  rule('date', digit, `${before}${fullMonth}[-/.]${modern}${after}${notCount}`, (found) =>
    found.whole(`${yearWords(found)}${monthWords(found)}`),
  ),
  rule(
    'date',
    digit,
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
  rule('monthday', '0', '(?<![\\d.,])0(?<d>[1-9])(?=月|日|号)', (found) => found.whole(cardinal(found.get('d')))),
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

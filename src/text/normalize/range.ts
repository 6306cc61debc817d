import { decimal } from './number.ts';
import { counters, notCounted, number, type Rule, rule } from './rule.ts';

const counted = `(?=\\s?(?!${notCounted})(?:${counters}|km|kg|cm|mm|m|g))`;

export const range: readonly Rule[] = [
  rule(
    'range',
    String.raw`(?<![\d.,A-Za-z/=])(?<a>${number})\s?(?<s>[-–—~～]{1,2})\s?(?<b>${number})(?![/\-–=+×*]|\s?=)(?:(?<counted>${counted})|)(?:(?<dated>(?=[月日号点时岁年级]))|)`,
    (found) => {
      const low = found.get('a');
      const high = found.get('b');
      const plain = /^\d{1,2}$/.test(low) && /^\d{1,2}$/.test(high) && /^[-–—]$/.test(found.get('s'));
      const falling = plain && Number(low) >= Number(high) && !found.has('dated') && !found.has('counted');
      if (/^0\d/.test(high) && !falling) return undefined;
      return [
        found.say('a', low === '2' && found.has('counted') ? '两' : decimal(low)),
        found.say('s', falling ? '比' : '到'),
        found.say('b', high === '2' && found.has('counted') ? '两' : decimal(high)),
      ];
    },
  ),
];

/** Between what other rules have read: 8:00-12:00, 5月1日-7日, 3%~5% */
export const between: readonly Rule[] = [
  rule(
    'range',
    String.raw`(?:(?<=[\d年月日号时点分秒元块米万亿%‰℃])|(?<=[A-Za-z²³])(?=[~～]))\s?(?<s>[-–—~～]{1,2})(?=\s?[\d$¥￥€£])`,
    (found) => [found.say('s', '到')],
  ),
];

import { counted, decimal } from './number.ts';
import { counters, dashes, digit, measured, notCounted, number, type Rule, rule } from './rule.ts';

const latin = 'km|kg|cm|mm|nm|ml|mg|Hz|kHz|MHz|GHz|kW|MW|V|m|g|h|s|t';
const counting = `(?=\\s?(?!${notCounted})(?:${counters}|${latin}))`;
const naming = `(?=\\s?(?:${measured}|${latin}|[岁]))`;

export const range: readonly Rule[] = [
  rule(
    'range',
    digit,
    String.raw`(?<![\d.,A-Za-z/=])(?<a>${number})\s?(?<s>[${dashes}]{1,2})\s?(?:约)?(?<b>${number})(?![/\-–=+×*]|\s?=)(?:(?<counted>${counting})|)(?:(?<named>${naming})|)`,
    (found) => {
      const low = found.get('a');
      const high = found.get('b');
      const plain = /^\d{1,3}$/.test(low) && /^\d{1,3}$/.test(high) && /^[-–—－]$/.test(found.get('s'));
      const falling = plain && Number(low) >= Number(high) && !found.has('named') && !found.has('counted');
      if (/^0\d/.test(high) && !falling) return undefined;
      const two = found.has('counted') ? counted : decimal;
      return [found.say('a', two(low)), found.say('s', falling ? '比' : '到'), found.say('b', two(high))];
    },
  ),
];

/** Between what other rules have read: 8:00-12:00, 5月1日-7日, 8公里－10公里, 3%~5% */
export const between: readonly Rule[] = [
  rule(
    'range',
    `\\s${dashes}`,
    String.raw`(?<![A-Za-z][- ]?\d{1,6}(?=-))(?:(?<=[\d%‰℃°′″'"])|(?<=\d[一-龥]{1,4})|(?<=\d\s?[A-Za-z²³/]{1,6})(?=\s?[~～])|(?<=\d\s?(?:${latin})))\s?[${dashes}]{1,2}(?=\s?(?:约?(?:公元)?前?|公元|[上下]午|[凌早]晨|[次翌]日)?\s?[\d$¥￥€£])`,
    (found) => (/^\s+$/.test(found.text) ? undefined : found.whole('到')),
  ),
  // （？－316年）: born nobody knows when
  rule('range', dashes, String.raw`(?<=[？?])[${dashes}](?=(?:公元)?前?\d{1,4}年)`, (found) => found.whole('到')),
  rule('about', '~～', String.raw`(?<![\d一-龥A-Za-z)）]\s?)[~～](?=\d)`, (found) => found.whole('约')),
];

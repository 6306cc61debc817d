import { cardinal, spellDigits } from './number.ts';
import { type Found, type Part, type Rule, rule } from './rule.ts';

const clock = String.raw`(?<h>[01]?\d|2[0-4]):(?<m>[0-5]\d)(?::(?<s>[0-5]\d)(?:\.(?<f>\d{1,6}))?)?(?![:\d])`;

export const time: readonly Rule[] = [
  rule('time', String.raw`(?<![\d:.])${clock}(?:\s?(?<half>[ap]\.?m\b\.?|[AP]\.?M\b\.?))?`, (found) => {
    const half = found.get('half').charAt(0).toLowerCase();
    const parts = clockParts(found);
    if (half === '') return parts;
    return found.whole((half === 'a' ? '上午' : '下午') + parts.map((part) => part.text).join(''));
  }),
  rule('time', String.raw`(?<![\d:.])(?<h>1[0-2]|0?[1-9])\s?(?<half>[ap]\.?m\b\.?|[AP]\.?M\b\.?)`, (found) =>
    found.whole(`${/^a/i.test(found.get('half')) ? '上午' : '下午'}${hour(found.get('h'))}点`),
  ),
];

function clockParts(found: Found): Part[] {
  const seconds = found.get('s');
  const parts = [found.say('h', `${hour(found.get('h'))}点`)];
  if (found.get('m') === '00' && /^(?:00)?$/.test(seconds)) return parts;
  parts.push(found.say('m', `${sixtieth(found.get('m'))}分`));
  if (seconds === '') return parts;
  const fraction = found.get('f');
  if (fraction === '') return [...parts, found.say('s', `${sixtieth(seconds)}秒`)];
  return [...parts, found.say('s', sixtieth(seconds)), found.say('f', `点${spellDigits(fraction)}秒`)];
}

function hour(digits: string): string {
  return /^0?2$/.test(digits) ? '两' : cardinal(digits);
}

/** 05 is 零五, 00 is 零. */
function sixtieth(digits: string): string {
  if (digits === '00') return '零';
  return digits.startsWith('0') ? spellDigits(digits) : cardinal(digits);
}

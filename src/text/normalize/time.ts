import { cardinal, spellDigits } from './number.ts';
import { cues, digit, type Found, type Part, type Rule, rule } from './rule.ts';

const clock = String.raw`(?<h>[01]?\d|2[0-4]):(?<m>[0-5]\d)(?::(?<s>[0-5]\d)(?:\.(?<f>\d{1,6}))?)?(?![:\d])`;
const half = String.raw`(?<half>[ap]\.?m\b\.?|[AP]\.?M\b\.?)`;

export const time: readonly Rule[] = [
  // 约翰福音3:16-18
  rule(
    'verse',
    digit,
    String.raw`(?=\d{1,3}:)(?<=(?:${cues('scripture')})[》〉]?\s?)(?<c>\d{1,3}):(?<v>\d{1,3})(?:[-–—~](?<w>\d{1,3}))?(?![\d:])`,
    (found) =>
      found.whole(
        `${cardinal(found.get('c'))}章${cardinal(found.get('v'))}${found.get('w') === '' ? '' : `到${cardinal(found.get('w'))}`}节`,
      ),
  ),
  rule('time', digit, String.raw`(?<![\d:.])${clock}(?:\s?${half})?(?<tail>[时分](?!间|之|别|钟))?`, (found) => {
    const half = found.get('half').charAt(0).toLowerCase();
    const parts = clockParts(found);
    if (half === '') return parts;
    return found.whole((half === 'a' ? '上午' : '下午') + parts.map((part) => part.text).join(''));
  }),
  rule('time', digit, String.raw`(?<![\d:.])(?<h>1[0-2]|0?[1-9])\s?${half}`, (found) =>
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

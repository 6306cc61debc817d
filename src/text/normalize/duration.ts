import { cardinal, counted, decimal, spellDigits } from './number.ts';
import { cues, digit, type Found, measured, type Part, type Rule, rule } from './rule.ts';

const uncut = '(?<![\\d.:])';

/** Lengths of time, and the feet and inches that are written like them: 3'25", 1h30m, 1:56.12, 5'10". */
export const duration: readonly Rule[] = [
  rule(
    'height',
    digit,
    String.raw`(?=\d{1,2}\s?['′’])(?<=(?:${cues('height')})[^\d，。；]{0,4})${uncut}(?<a>\d{1,2})\s?['′’]\s?(?<b>\d{1,2}(?:\.\d)?)\s?(?:["″”]|''|′′)?(?!\d)`,
    (found) => found.whole(`${counted(found.get('a'))}英尺${decimal(found.get('b'))}英寸`),
  ),
  rule(
    'duration',
    digit,
    String.raw`${uncut}(?<m>\d{1,3})\s?['′’]\s?(?<s>[0-5]?\d)(?<f>\.\d{1,3})?\s?(?:["″”]|''|′′)(?<g>\d{1,3}(?!\d))?`,
    read,
  ),
  rule(
    'duration',
    digit,
    String.raw`${uncut}(?<h>\d{1,3})h\s?(?<m>\d{1,2})(?:min|m)?(?:\s?(?<s>\d{1,2})s?)?(?![A-Za-z\d/])`,
    read,
  ),
  rule(
    'duration',
    digit,
    String.raw`${uncut}(?<m>\d{1,3})(?:min|m)\s?(?<s>\d{1,2})(?<f>\.\d{1,3})?s(?![A-Za-z\d])`,
    read,
  ),
  rule(
    'duration',
    digit,
    String.raw`${uncut}(?:(?<h>\d{1,2}):)?(?<m>[0-5]?\d):(?<s>[0-5]\d)(?<f>\.\d{1,3})(?![\d:%])`,
    read,
  ),
  rule(
    'duration',
    digit,
    String.raw`(?=\d{1,2}:)(?<=(?:${cues('duration')})[^\d，。；]{0,4})${uncut}(?:(?<h>\d{1,2}):)?(?<m>[0-5]?\d):(?<s>[0-5]\d)(?![\d:%])`,
    read,
  ),
  // 1米75
  rule('hundredths', digit, String.raw`(?<=\d米)(?<n>\d{2})(?!\d|[.,]\d|\s?(?:${measured}))`, (found) =>
    found.spell('n'),
  ),
  // 39秒17
  rule('hundredths', digit, String.raw`(?<=\d秒)(?<n>\d{2})(?!\d|\s?[名个人次年月])`, (found) => found.spell('n')),
];

function read(found: Found): Part[] {
  const hours = found.get('h') === '' ? '' : `${counted(found.get('h'))}小时`;
  const seconds = found.get('s');
  const fraction = found.get('f').slice(1) || found.get('g');
  const tail = seconds === '' ? '' : `${cardinal(seconds)}秒${spellDigits(fraction)}`;
  return found.whole(`${hours}${cardinal(found.get('m'))}分${tail}`);
}

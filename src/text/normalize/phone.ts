import { digit, type Found, type Part, type Rule, rule, spellRun } from './rule.ts';

const start = String.raw`(?<![\d.A-Za-z])`;
const end = String.raw`(?!\d|\.\d|[-–]\d)`;
const gap = '[-–‑ ]?';
const area = String.raw`0(?:10|2\d|[3-9]\d{2})`;
const extension = String.raw`(?:[-–]\d{1,5})?`;

/** Numbers with the shape of a telephone, whatever is around them. */
export const phone: readonly Rule[] = [
  rule('phone', '+\\d(', String.raw`${start}\(?\+?86\)?${gap}1[3-9]\d${gap}\d{4}${gap}\d{4}${end}`, spellAll),
  rule('phone', digit, String.raw`${start}1[3-9]\d(?:${gap}\d{4}${gap}\d{4}|${gap}\d{3}${gap}\d{5})${end}`, spellAll),
  rule(
    'phone',
    '+\\d(（',
    String.raw`${start}(?:\(?\+?86\)?${gap})?(?:[(（]${area}[)）]\s?|${area}[-–‑ ])\d{3,4}[- ]?\d{4}${extension}${end}`,
    spellAll,
  ),
  rule('phone', '+', String.raw`${start}\+86${gap}(?:10|2\d|[3-9]\d{2})${gap}\d{3,4}[- ]?\d{4}${end}`, spellAll),
  rule('phone', digit, String.raw`${start}0(?:10|2\d)\d{8}${end}`, spellAll),
  rule('phone', digit, String.raw`${start}[48]00[- ]?\d{3}[- ]?\d{4}${end}`, spellAll),
  rule('phone', digit, String.raw`${start}[48]00[- ]\d{4}[- ]\d{3}${end}`, spellAll),
  rule('phone', '+（(', String.raw`${start}[(（]?\+\d{1,3}[)）]?(?:[- ]\(?\d{1,5}\)?){2,5}${end}`, spellAll),
  rule('phone', '+', String.raw`${start}\+\d{9,14}${end}`, spellAll),
];

function spellAll(found: Found): Part[] {
  return spellRun(found.text, found.start, true);
}

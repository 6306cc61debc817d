import { type Found, type Part, type Rule, rule, spellRun } from './rule.ts';

const start = String.raw`(?<![\d.A-Za-z])`;
const end = String.raw`(?!\d|\.\d|[-–]\d)`;
const gap = '[-– ]?';

/** Numbers with the shape of a telephone, whatever is around them. */
export const phone: readonly Rule[] = [
  rule('phone', String.raw`${start}\+?86${gap}1[3-9]\d${gap}\d{4}${gap}\d{4}${end}`, spellAll),
  rule('phone', String.raw`${start}1[3-9]\d(?:${gap}\d{4}${gap}\d{4}|${gap}\d{3}${gap}\d{5})${end}`, spellAll),
  rule(
    'phone',
    String.raw`${start}(?:\+?86${gap})?\(?0(?:10|2\d|[3-9]\d{2})(?:\)\s?|[-– ])\d{7,8}(?:[-–]\d{1,5})?${end}`,
    spellAll,
  ),
  rule('phone', String.raw`${start}0(?:10|2\d)\d{8}${end}`, spellAll),
  rule('phone', String.raw`${start}[48]00[- ]?\d{3}[- ]?\d{4}${end}`, spellAll),
  rule('phone', String.raw`${start}\+\d{1,3}(?:[- ]\d{2,5}){2,4}${end}`, spellAll),
];

function spellAll(found: Found): Part[] {
  return spellRun(found.text, found.start, true);
}

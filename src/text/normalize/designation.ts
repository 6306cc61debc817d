import { counters, cues, dashes, digit, type Found, measured, type Part, type Rule, rule, spellRun } from './rule.ts';

const uncut = '(?<![\\d.,])';

/** Numbers that name roads, lines, units, types: from three digits on one by one, 107国道, 第129师, 140型. */
export const designation: readonly Rule[] = [
  rule(
    'designation',
    digit,
    String.raw`${uncut}(?<n>\d{2,4})(?=${cues('named_two')})(?!式(?:太极|拳|剑|刀|掌|简化|各|样))`,
    named,
  ),
  rule(
    'designation',
    digit,
    String.raw`(?<=星\s?[（(]?)(?<=小行星\s?[（(]?)(?<n>\d{1,7})(?!\d|[.,]\d|\s?[颗个])`,
    (found) => found.spell('n'),
  ),
  rule(
    'designation',
    digit,
    String.raw`(?=\d{3})(?<=(?:${cues('named_before')})\s?[-–－]?)(?<n>\d{3,7})(?!\d|[.,]\d|\s?[${dashes}]\s?\d|\s?(?:${measured}))`,
    named,
  ),
  rule(
    'designation',
    digit,
    String.raw`${uncut}(?<!\d[${dashes}])(?<n>\d{3,4})(?=\s?(?:${cues('named_after')}))`,
    named,
  ),
  rule('designation', digit, String.raw`${uncut}(?<n>\d{4})(?=["”]?号(?!召|称))`, (found) =>
    /000$/.test(found.text) ? undefined : found.spell('n'),
  ),
  rule(
    'designation',
    digit,
    String.raw`(?<=(?<![A-Za-z])[GCDZTKLYSX])(?<n>\d{1,4})(?=次(?:列车|高铁|动车|航班)?)`,
    (found) => found.spell('n', true),
  ),
  rule('designation', digit, String.raw`(?<=(?<![A-Za-z])[GCDZTKLYSX])\d{1,4}\/\d{1,4}(?=次)`, (found) =>
    spellRun(found.text, found.start, true),
  ),
  rule('designation', digit, String.raw`(?<=[A-Z]{2}|\d[A-Z])(?<n>\d{3,4})(?=次?航班|次(?!数))`, (found) =>
    found.spell('n', true),
  ),
  // GB 18030-2005
  rule('designation', digit, String.raw`(?<=[A-Za-z][ -]?\d{3,6}[-–])(?<n>\d{3,6})(?!\d|[.,]\d)`, (found) =>
    found.spell('n'),
  ),
  // MH370, RTX4090; A100 and M1 are amounts
  rule(
    'designation',
    digit,
    String.raw`(?<=[A-Za-z][-– ]?)(?<!(?:AQI|API|IQ|SAT|GRE|GMAT|TOEFL|TOP|Top) ?)(?<n>[1-9]\d{2,5})(?!\d|[.,]\d|\s?(?:${counters}))`,
    named,
  ),
];

/** Round hundreds and thousands are said as numbers: A100, 500系, ISO 9000. */
function named(found: Found): Part[] | undefined {
  return /^\d00$|^[1-9]000$/.test(found.get('n')) ? undefined : found.spell('n');
}

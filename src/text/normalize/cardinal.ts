import { decimal, cardinal as words } from './number.ts';
import { counters, notCounted, type Rule, rule, spellRun, whole } from './rule.ts';

const counted = String.raw`(?=\s?(?!${notCounted})(?:${counters}))`;
const measured = String.raw`(?=\s?(?:${counters}|[万亿余多%]|km|kg|cm|mm|m\b|g\b|t\b|人民币))`;

/** What no other class has taken. */
export const cardinal: readonly Rule[] = [
  rule(
    'decimal',
    String.raw`(?<![\d.]|[A-Za-z](?=\.))(?<n>(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,24})?\.\d{1,40})(?!\d|\.\d)`,
    (found) => [found.say('n', decimal(found.get('n')))],
  ),
  rule('ordinal', String.raw`(?<=第\s?)(?<n>\d{1,9})(?!\d)`, (found) => [found.say('n', ordinal(found.get('n')))]),
  rule('two', String.raw`(?<![\d.,A-Za-z第])2${counted}`, (found) => found.whole('两')),
  rule('nought', String.raw`(?<![\d.,])(?<n>0\d{1,30})(?!\d)`, (found) => found.spell('n')),
  // MH370, RTX4090; A100 and M1 are amounts
  rule('model', String.raw`(?<=[A-Za-z][-– ]?)(?<n>[1-9]\d{2,5})(?!\d|[.,]\d|\s?(?:${counters}))`, (found) =>
    /^\d00$|^[1-9]000$/.test(found.get('n')) ? undefined : found.spell('n'),
  ),
  rule('cardinal', String.raw`(?<!\d)(?<n>${whole})(?:(?<measured>${measured})|)`, (found) => {
    const written = found.get('n');
    const long = written.length > 7 && !written.includes(',') && !/0{4}$/.test(written) && !found.has('measured');
    return long || written.length > 20 ? found.spell('n') : [found.say('n', words(written))];
  }),
  // Of any length: nothing is left out, however long.
  rule('digits', String.raw`\d{1,400}`, (found) => spellRun(found.text, found.start)),
];

function ordinal(written: string): string {
  return words(written).replace(/^两/, '二');
}

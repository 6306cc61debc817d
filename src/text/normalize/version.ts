import { cardinal, spellDigits } from './number.ts';
import { digit, type Found, type Part, type Rule, rule } from './rule.ts';

/** Numbers with several points: addresses digit by digit, versions and chapters number by number. */
export const version: readonly Rule[] = [
  rule('version', digit, String.raw`(?<![\d.])(?<n>\d{1,5}(?:\.\d{1,5}){2,7})(?!\d|\.\d)`, (found) => {
    const numbers = found.get('n').split('.');
    const address = numbers.length === 4 && numbers.every((each) => Number(each) < 256);
    return joined(found, numbers, (each) =>
      address || each.length > 2 || /^0\d/.test(each) ? spellDigits(each) : cardinal(each),
    );
  }),
  rule('port', digit, String.raw`(?<=\d\.\d{1,3}:|localhost:)(?<n>\d{2,5})(?!\d)`, (found) => found.spell('n')),
  // §3.2
  rule('section', '§', String.raw`§\s?(?<n>\d{1,3})(?<m>(?:\.\d{1,2}){0,3})(?![\d.]\d)`, (found) => {
    const [first = '', ...rest] = found.text.replace(/^§\s?/, '').split('.');
    return found.whole(`第${[first, ...rest].map((each) => cardinal(each)).join('点')}节`);
  }),
  // V5.10, 版本1.10: the second number is no fraction
  rule(
    'version',
    digit,
    String.raw`(?<=(?<![A-Za-z])[vV]\.?|版本号?\s?|[Vv]ersion )(?<n>\d{1,3}\.\d{1,3})(?![\d.])`,
    (found) =>
      joined(found, found.get('n').split('.'), (each, index) =>
        index > 0 && !/^[1-9]0$/.test(each) ? spellDigits(each) : cardinal(each),
      ),
  ),
];

function joined(found: Found, numbers: readonly string[], words: (each: string, index: number) => string): Part[] {
  const parts: Part[] = [];
  let at = found.start;
  for (const [index, each] of numbers.entries()) {
    if (index > 0) parts.push({ text: '点', start: at - 1, end: at });
    parts.push({ text: words(each, index), start: at, end: at + each.length });
    at += each.length + 1;
  }
  return parts;
}

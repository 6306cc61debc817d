import { cardinal, spellDigits } from './number.ts';
import { type Part, type Rule, rule } from './rule.ts';

/** Numbers with several points: addresses digit by digit, versions and chapters number by number. */
export const version: readonly Rule[] = [
  rule('version', String.raw`(?<![\d.])(?<n>\d{1,5}(?:\.\d{1,5}){2,7})(?!\d|\.\d)`, (found) => {
    const numbers = found.get('n').split('.');
    const address = numbers.length === 4 && numbers.every((each) => Number(each) < 256);
    const parts: Part[] = [];
    let at = found.start;
    for (const [index, each] of numbers.entries()) {
      if (index > 0) parts.push({ text: '点', start: at - 1, end: at });
      const spelled = address || each.length > 2 || each.startsWith('0');
      parts.push({ text: spelled ? spellDigits(each) : cardinal(each), start: at, end: at + each.length });
      at += each.length + 1;
    }
    return parts;
  }),
];

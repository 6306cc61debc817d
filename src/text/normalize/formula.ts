import { cardinal } from './number.ts';
import { plainDigits, supers } from './power.ts';
import { type Rule, rule } from './rule.ts';

/** What chemistry writes above the line; letters and lower numbers are read as they stand, H₂O, 2-丁醇. */
export const formula: readonly Rule[] = [
  // An ion, Ca²⁺
  rule('charge', `${supers}⁺⁻`, `(?<=[A-Za-z)\\d])[${supers}]?[⁺⁻](?![${supers}])`, (found) => {
    const count = plainDigits(found.text);
    return found.whole(`${count === '' ? '' : cardinal(count)}${found.text.endsWith('⁺') ? '正' : '负'}`);
  }),
  // An isotope, ¹⁴C
  rule('isotope', supers, `(?<![A-Za-z\\d)）])[${supers}]{1,3}(?=[A-Z])`, (found) =>
    found.whole(cardinal(plainDigits(found.text))),
  ),
];

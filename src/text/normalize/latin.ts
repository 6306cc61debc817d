import { cardinal } from './number.ts';
import { digit, type Rule, rule } from './rule.ts';

const small = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
  'eleventh',
  'twelfth',
  'thirteenth',
  'fourteenth',
  'fifteenth',
  'sixteenth',
  'seventeenth',
  'eighteenth',
  'nineteenth',
  'twentieth',
];

/** Letters, and what English writes with numbers. */
export const latin: readonly Rule[] = [
  rule('number', 'Nn№', String.raw`(?<![A-Za-z])(?:N[Oo]\.?|no\.|№)\s?(?=\d)`, (found) => found.whole('第')),
  // B2B, O2O, but not H2O
  rule(
    'to',
    'A-Z',
    String.raw`(?<![A-Za-z\d])[BCDEFGMPTV]2[BCDEFGMPTVX](?![A-Za-z\d])|(?<![A-Za-z\d])O2O(?![A-Za-z\d])`,
    (found) => {
      const { start, text } = found;
      return [
        { text: text.charAt(0), start, end: start + 1 },
        { text: ' to ', start: start + 1, end: start + 2 },
        { text: text.charAt(2), start: start + 2, end: start + 3 },
      ];
    },
  ),
  rule('sharp', 'CF', '(?<![A-Za-z])[CF][#♯](?![A-Za-z\\d#])', (found) => found.whole(`${found.text.charAt(0)} sharp`)),
  rule('letters', 'A-Za-z', "[A-Za-z]{1,60}(?:['’][A-Za-z]{1,3}(?![A-Za-z]))?", (found) =>
    found.whole(found.text.replace('’', "'")),
  ),
];

/** Before numbers are read: 1st, 21st. */
export const ordinals: readonly Rule[] = [
  rule('ordinal', digit, String.raw`(?<![\d.])(?<n>\d{1,3})(?:st|nd|rd|th|ST|ND|RD|TH)(?![A-Za-z\d])`, (found) =>
    found.whole(small[Number(found.get('n'))] ?? `第${cardinal(found.get('n'))}`),
  ),
];

import { cardinal } from './number.ts';
import { type Rule, rule } from './rule.ts';

const values: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };
/** Well-formed numerals up to thirty-nine; longer ones are as likely words. */
const well = '(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})';
const after = '(?=\\s?(?:[型期级号世代章卷类部区度阶集季篇回式]|[）)》，。、：:]|$))';

/** Roman numerals: 路易XIV, 第II卷, World War II, Ⅲ型. */
export const roman: readonly Rule[] = [
  rule('roman', 'IVX', `(?<=第\\s?)${well}(?![A-Za-z])`, (found) => found.whole(read(found.text))),
  rule('roman', 'I', '(?<![A-Za-z\\d.])I{2,3}(?![A-Za-z\\d]|\\.\\w)', (found) => found.whole(read(found.text))),
  rule(
    'roman',
    'IVX',
    `(?<=[\\p{Script=Han}·][ ]?|[A-Za-z]{2} )(?!XX)(?=[IVX]{2})${well}(?![A-Za-z\\d])${after}`,
    (found) => found.whole(read(found.text)),
  ),
  rule('roman', 'I', '(?<![A-Za-z\\d])I(?=[型期级类区世度]|号(?!码))', (found) => found.whole(read(found.text))),
  rule('roman', 'IVX', `(?<![A-Za-z\\d])(?=[IVX]{2})(?!XX)${well}(?=[型期级类世章卷])`, (found) =>
    found.whole(read(found.text)),
  ),
];

function read(numeral: string): string {
  let sum = 0;
  for (let at = 0; at < numeral.length; at += 1) {
    const value = values[numeral.charAt(at)] ?? 0;
    sum += value < (values[numeral.charAt(at + 1)] ?? 0) ? -value : value;
  }
  return cardinal(String(sum));
}

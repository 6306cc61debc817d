import { share } from './number.ts';
import { dashes, number, type Rule, rule } from './rule.ts';

const bases: Readonly<Record<string, string>> = { '%': '百分之', '‰': '千分之', '‱': '万分之' };
const sign = '(?<![\\dA-Za-z%])[-−+±]?';
const begins = '\\d\\-−+±.';

export const percent: readonly Rule[] = [
  rule(
    'percent',
    begins,
    String.raw`(?<![\d.])(?<x>${sign})(?<a>${number})\s?(?<p>[%‰]?)\s?(?:[${dashes}]|[至到])\s?(?<y>[-−+]?)(?<b>${number})\s?(?<q>[%‰])`,
    (found) => {
      const base = bases[found.get('q')]!;
      const second = found.get('p') === '' ? '' : base;
      const high = signWord(found.get('y')) + second + part(found.get('b'));
      return found.whole(`${signWord(found.get('x'))}${base}${part(found.get('a'))}到${high}`);
    },
  ),
  rule('percent', begins, String.raw`(?<![\d.])(?<x>${sign})(?<a>${number})\s?(?<q>[%‰‱])`, (found) => {
    const base = bases[found.get('q')]!;
    return found.whole(`${signWord(found.get('x'))}${base}${part(found.get('a'))}`);
  }),
  rule('percent', '.', String.raw`(?<![\d.A-Za-z])(?<a>\.\d{1,6})\s?(?<q>[%‰])`, (found) =>
    found.whole(`${bases[found.get('q')]}${share(found.get('a'))}`),
  ),
];

function signWord(mark: string): string {
  if (mark === '') return '';
  return mark === '+' ? '正' : mark === '±' ? '正负' : '负';
}

/** 100% is 百分之百. */
function part(written: string): string {
  return /^100(?:\.0+)?$/.test(written) ? '百' : share(written);
}

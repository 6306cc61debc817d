import { amount } from './number.ts';
import { number, type Rule, rule } from './rule.ts';

const bases: Readonly<Record<string, string>> = { '%': '百分之', '‰': '千分之', '‱': '万分之' };

export const percent: readonly Rule[] = [
  rule(
    'percent',
    String.raw`(?<![\d.])(?<x>(?<![\dA-Za-z%])[-+]?)(?<a>${number})\s?(?<p>[%‰]?)\s?[-–—~～至到]\s?(?<y>[-+]?)(?<b>${number})\s?(?<q>[%‰])`,
    (found) => {
      const base = bases[found.get('q')]!;
      const second = found.get('p') === '' ? '' : base;
      return found.whole(
        `${base}${sign(found.get('x'))}${share(found.get('a'))}到${second}${sign(found.get('y'))}${share(found.get('b'))}`,
      );
    },
  ),
  rule('percent', String.raw`(?<![\d.])(?<x>(?<![\dA-Za-z%])[-+]?)(?<a>${number})\s?(?<q>[%‰‱])`, (found) =>
    found.whole(`${bases[found.get('q')]}${sign(found.get('x'))}${share(found.get('a'))}`),
  ),
];

function sign(mark: string): string {
  return mark === '-' ? '负' : mark === '+' ? '正' : '';
}

/** 100% is 百分之百. */
function share(written: string): string {
  return /^100(?:\.0+)?$/.test(written) ? '百' : amount(written);
}

import { readTable } from '../data.ts';
import { type Rule, rule } from './rule.ts';

const names = new Map(readTable('symbols.tsv') as [string, string][]);
const initials = [...names.keys()].join('').replace(/[\]\\^-]/g, '\\$&');

export const symbol: readonly Rule[] = [
  rule('number', '#', String.raw`(?<=(?<![A-Za-z\d])\d{1,4})#(?=\s?[一-龥]|$)`, (found) => found.whole('号')),
  rule('number', '#', String.raw`(?<![\dA-Za-z])#(?=\d{1,4}(?!\d))`, (found) => found.whole('第')),
  rule('compare', '<>', String.raw`(?<=[\dA-Za-z)]\s?)[<>](?=\s?[-−.\dA-Za-z(])|[<>](?=\s?[-−]?\d)`, (found) =>
    found.whole(names.get(found.text)!),
  ),
  // Half-width signs are names and ornaments as often: they are said between or beside words and numbers only.
  rule('symbol', initials, '[^<>+\\-]', (found) => {
    const name = names.get(found.text);
    return name === undefined ? undefined : found.whole(name);
  }),
];

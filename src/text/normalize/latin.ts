import { type Rule, rule } from './rule.ts';

export const latin: readonly Rule[] = [
  rule('number', String.raw`(?<![A-Za-z])(?:N[Oo]\.?|no\.|№)\s?(?=\d)`, (found) => found.whole('第')),
  rule('between', String.raw`(?<![A-Za-z\d])(?!H2O)(?<a>[A-Z])(?<to>2)(?<b>[A-Z])(?![A-Za-z\d])`, (found) => [
    found.say('a', found.get('a')),
    found.say('to', ' to '),
    found.say('b', found.get('b')),
  ]),
  rule('letters', "[A-Za-z]{1,60}(?:['’][A-Za-z]{1,3}(?![A-Za-z]))?", (found) =>
    found.whole(found.text.replace('’', "'")),
  ),
];

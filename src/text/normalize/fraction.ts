import { cardinal } from './number.ts';
import { digit, type Rule, rule } from './rule.ts';

const vulgar = '¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞';

export const fraction: readonly Rule[] = [
  rule('fraction', digit, String.raw`(?<![\d./A-Za-z])24\/7(?![\d/A-Za-z]|\.\d)`, (found) => found.whole('二十四七')),
  // 第3/4卷 is two of them
  rule(
    'ordinal',
    digit,
    String.raw`(?<=第\s?)(?<a>\d{1,3})\/(?<b>\d{1,3})(?=\s?[一-龥])(?!\s?(?:位|个)百分)`,
    (found) => [
      found.say(found.has('a') ? 'a' : 'c', cardinal(found.get('a') || found.get('c'))),
      found.say(found.has('b') ? 'b' : 'd', cardinal(found.get('b') || found.get('d'))),
    ],
  ),
  rule(
    'fraction',
    digit,
    String.raw`(?<![\d./A-Za-z])(?:(?<w>\d{1,4})\s)?(?<a>\d{1,6})\s?[/／⁄]\s?(?<b>[1-9]\d{0,5})(?![\d/A-Za-z]|\.\d)`,
    (found) => {
      if (found.get('b') === '1') return undefined;
      const words = `${cardinal(found.get('b'))}分之${cardinal(found.get('a'))}`;
      return found.whole(found.get('w') === '' ? words : `${cardinal(found.get('w'))}又${words}`);
    },
  ),
  // 1½
  rule('fraction', digit, String.raw`(?<![\d.])(?<w>\d{1,4})(?=[${vulgar}])`, (found) => [
    found.say('w', `${cardinal(found.get('w'))}又`),
  ]),
];

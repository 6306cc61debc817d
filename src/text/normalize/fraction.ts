import { cardinal } from './number.ts';
import { type Rule, rule } from './rule.ts';

export const fraction: readonly Rule[] = [
  rule(
    'fraction',
    String.raw`(?<![\d./A-Za-z])(?:(?<w>\d{1,4})\s)?(?<a>\d{1,6})\s?[/／⁄]\s?(?<b>[1-9]\d{0,5})(?![\d/A-Za-z]|\.\d)`,
    (found) => {
      const words = `${cardinal(found.get('b'))}分之${cardinal(found.get('a'))}`;
      return found.whole(found.get('w') === '' ? words : `${cardinal(found.get('w'))}又${words}`);
    },
  ),
];

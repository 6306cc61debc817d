import { cardinal, decimal } from './number.ts';
import { digit, type Found, number, type Part, type Rule, rule } from './rule.ts';

/** Digits in superscript, each at the place of its value. */
export const supers = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const operand = '[\\dA-Za-zα-ω)）]';

/** Powers, in superscripts or behind ^, and numbers in scientific notation. */
export const power: readonly Rule[] = [
  // 1.5e-3, 3E8
  rule(
    'scientific',
    digit,
    String.raw`(?<![\d.A-Za-z])(?<a>${number.replace(/\(\?!\\d\)\)$/, ')')})[eE](?<e>[-+−]?\d{1,3})(?![\dA-Za-z.])`,
    (found) =>
      /^\d+[eE]\d+$/.test(found.text) && found.get('a').length > 3
        ? undefined
        : found.whole(`${decimal(found.get('a'))}乘十的${signed(found.get('e'))}次方`),
  ),
  rule('power', '\\^', String.raw`(?<=${operand})\^\{?(?<n>[-−+]?\d{1,3})\}?(?!\d)`, (found) =>
    found.whole(`的${signed(found.get('n'))}次方`),
  ),
  rule('power', '\\^', String.raw`(?<=${operand})\^\{?(?<n>[a-z])\}?(?![A-Za-z])`, (found) => [
    found.say('n', `的${found.get('n')}次方`),
  ]),
  rule('power', `²³`, `(?<=[A-Za-zα-ω)）])[²³](?![${supers}])`, (found) =>
    found.whole(found.text === '²' ? '平方' : '立方'),
  ),
  rule('power', '²', `(?<=\\d)(?<!(?<!\\d)10)²(?![${supers}])`, (found) => found.whole('的平方')),
  rule('power', `${supers}⁻ⁿ`, `(?<=${operand})[⁻⁺]?(?:[${supers}]{1,3}|ⁿ)`, raise),
];

function raise(found: Found): Part[] {
  const written = found.text;
  if (written.endsWith('ⁿ')) return found.whole('的n次方');
  return found.whole(`的${/^⁻/.test(written) ? '负' : ''}${cardinal(plainDigits(written))}次方`);
}

function signed(written: string): string {
  return `${/^[-−]/.test(written) ? '负' : ''}${cardinal(written.replace(/\D/g, ''))}`;
}

export function plainDigits(written: string): string {
  return [...written]
    .map((char) => supers.indexOf(char))
    .filter((value) => value >= 0)
    .join('');
}

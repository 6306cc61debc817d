import { readWords } from '../data.ts';
import { amount, cardinal } from './number.ts';
import { alternation, cues, type Found, type Part, type Rule, rule } from './rule.ts';

const pair = String.raw`(?<a>\d{1,3})\s?(?<s>[-–—:])\s?(?<b>\d{1,3})(?![\d:%.])`;
const teams = alternation(readWords('teams.txt'));

/** Scores and ratios; 10:30 without a cue is a time, so these come before and after it. */
export const score: readonly Rule[] = [
  rule('score', String.raw`(?<=(?:${cues('score')})[^\d，。；,;]{0,5})(?<!\d)${pair}`, versus),
  rule('score', String.raw`(?<!\d)${pair}(?=(?:${cues('score_after')}))`, versus),
  rule(
    'score',
    String.raw`(?<=(?:${teams})队?\s?)(?<a>\d{1,3})\s?(?<s>[-–—:/])\s?(?<b>\d{1,3})(?![\d:%.月日年/])`,
    versus,
  ),
  rule('ratio', String.raw`(?<=(?:${cues('ratio')})[^\d，。；,;]{0,4})(?<![\d:])${pair}`, versus),
];

export const ratio: readonly Rule[] = [
  rule(
    'ratio',
    String.raw`(?<![\d:])(?<a>\d{1,6}(?:\.\d{1,6})?)\s?(?<s>:)\s?(?<b>\d{1,6}(?:\.\d{1,6})?)(?::(?<c>\d{1,6}))?(?![\d:])`,
    (found) =>
      found.get('c') === '' ? versus(found) : [...versus(found), found.say('c', `比${cardinal(found.get('c'))}`)],
  ),
];

function versus(found: Found): Part[] {
  return [found.say('a', amount(found.get('a'))), found.say('s', '比'), found.say('b', amount(found.get('b')))];
}

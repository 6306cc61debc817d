import { readWords } from '../data.ts';
import { amount, cardinal } from './number.ts';
import { alternation, cues, digit, type Found, measured, notCounted, type Part, type Rule, rule } from './rule.ts';

const pair = String.raw`(?<a>\d{1,3})\s?(?<s>[-–—－:])\s?(?<b>\d{1,3})(?![\d:%.])`;
/** Looked at first: what is behind it costs more. */
const gate = String.raw`(?=\d{1,3}\s?[-–—－:/]\s?\d)`;
const teams = alternation(readWords('teams.txt'));
const won = `(?:${cues('score_after')})`;
const more = String.raw`(?:\s?[、，,和及与]\s?\d{1,3}\s?[-–—:]\s?\d{1,3}){1,6}`;

/** Scores and ratios; 10:30 without a cue is a time, so these come before and after it. */
export const score: readonly Rule[] = [
  rule('score', digit, String.raw`${gate}(?<=(?:${cues('score')})[^\d，。；,;]{0,5})(?<!\d)${pair}`, versus),
  // 比分21-16、21-14
  rule(
    'score',
    digit,
    String.raw`${gate}(?<=(?:${cues('score')})[^\d，。；;]{0,5}(?:\d{1,3}[-–—:]\d{1,3}[、，,和及与]\s?){1,6})(?<!\d)${pair}`,
    versus,
  ),
  rule('score', digit, String.raw`(?<!\d)${pair}(?=${more}[）)]?${won}|[）)]?${won})`, versus),
  // 2比0（21-16、21-14）
  rule(
    'score',
    digit,
    String.raw`${gate}(?<=\d比\d{1,2}\s?[（(](?:\d{1,3}[-–—:]\d{1,3}[、，,和及与]\s?){0,6})(?<!\d)${pair}`,
    versus,
  ),
  rule('score', digit, String.raw`${gate}(?<=以)${pair}(?!\s?(?!${notCounted})(?:${measured}))`, versus),
  rule(
    'score',
    digit,
    String.raw`${gate}(?<=以\d{1,3}[-–—:]\d{1,3}[、，,和及与]\s?)${pair}(?!\s?(?!${notCounted}|两[次场局])(?:${measured}))`,
    versus,
  ),
  rule(
    'score',
    digit,
    String.raw`${gate}(?<=(?:${teams})队?\s?)(?<a>\d{1,3})\s?(?<s>[-–—－:/])\s?(?<b>\d{1,3})(?![\d:%.月日年/]|\s?[岁人名个])`,
    versus,
  ),
  rule('ratio', digit, String.raw`${gate}(?<=(?:${cues('ratio')})[^\d，。；,;]{0,4})(?<![\d:])${pair}`, versus),
];

const term = String.raw`\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,6})?`;

export const ratio: readonly Rule[] = [
  rule(
    'ratio',
    digit,
    String.raw`(?<![\d:])(?<a>${term})\s?(?<s>:)\s?(?<b>${term})(?:\s?(?<t>:)\s?(?<c>${term})(?:[-–—~～](?<d>\d{1,6}))?)?(?!\d|:\d)`,
    (found) => {
      if (found.get('c') === '') return versus(found);
      const high = found.get('d') === '' ? [] : [found.say('d', `到${cardinal(found.get('d'))}`)];
      return [...versus(found), found.say('t', '比'), found.say('c', amount(found.get('c'))), ...high];
    },
  ),
];

function versus(found: Found): Part[] {
  return [found.say('a', amount(found.get('a'))), found.say('s', '比'), found.say('b', amount(found.get('b')))];
}

import { readWords } from '../data.ts';
import { alternation, counters, cues, type Found, isCue, type Part, type Rule, rule, spellRun } from './rule.ts';

const notAmount = String.raw`(?!\d|[.,:/]\d|\s?[-~～]\s?\d|\s?(?:[万亿年月日%‰余多几]|${counters}|[A-Za-zμ℃°]))`;
const link = '(?:是|为|：|:|号|码|号码|“|"|\\s|\\(|（){0,3}';
const named = alternation(readWords('named-numbers.txt'));
const services = `${named}|95[1358]\\d{2}|11[09]|12[0-2]`;

/** Numbers that name something and are read digit by digit: after a cue, before 室 or 次, services, long ones. */
export const serial: readonly Rule[] = [
  rule('serial', `(?<=(?<cue>${cues('digits')})${link})(?<![\\d.])(?<n>\\d{3,30})${notAmount}`, (found) =>
    found.spell('n', isCue('digits_yao', found.get('cue'))),
  ),
  rule(
    'serial',
    String.raw`(?<=(?<cue>${cues('digits')})${link})(?<![\d.])(?<n>\d{1,8}(?:[-–]\d{1,12}){1,6})(?![\d.])`,
    (found) => dashed(found),
  ),
  rule('serial', String.raw`(?<![\d.,])(?<n>\d{5,30})(?=["”’]?号)`, (found) => found.spell('n')),
  rule('serial', String.raw`(?<![\d.,])(?<n>[1-9]\d{2,3})(?=室|号房|房间)(?!\d00)`, (found) => found.spell('n', true)),
  rule('serial', String.raw`(?<=[A-Za-z])(?<n>\d{1,5})(?=次(?:列车|高铁|动车|航班)?)`, (found) =>
    found.spell('n', true),
  ),
  rule('serial', String.raw`(?<![\d.,A-Za-z第])(?<n>${services})${notAmount}`, (found) =>
    serviceAlone(found) ? found.spell('n', true) : undefined,
  ),
  // 1-2-3, 978-7-111-21382-6
  rule('serial', String.raw`(?<![\d.,])(?<n>\d{1,12}(?:[-–]\d{1,12}){2,8})(?![\d.])`, dashed),
];

/** 110, 119, 120 can be amounts: without a cue they are services only when nothing else is said. */
function serviceAlone(found: Found): boolean {
  return !/^1[12]\d$/.test(found.get('n')) || found.alone;
}

function dashed(found: Found): Part[] {
  const parts: Part[] = [];
  const { start } = found.say('n', '');
  for (const match of found.get('n').matchAll(/\d+|[-–]/g)) {
    const at = start + match.index;
    if (/\d/.test(match[0])) parts.push(...spellRun(match[0], at));
    else parts.push({ text: '杠', start: at, end: at + 1 });
  }
  return parts;
}

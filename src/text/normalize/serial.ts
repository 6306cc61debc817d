import { readWords } from '../data.ts';
import { alternation, cues, digit, type Found, isCue, measured, type Part, type Rule, rule, spellRun } from './rule.ts';

const notAmount = String.raw`(?!\d|[.,:/]\d|\s?[-~～]\s?\d|\s?(?:[余多几]|${measured}|[A-Za-zμ℃°]))`;
const link = '(?:是|为|：|:|号|码|号码|“|"|\\s|\\(|（|#){0,3}';
const named = alternation(readWords('named-numbers.txt'));
const services = `${named}|95[1358]\\d{2}|11[09]|12[0-2]`;

/** Numbers that name something and are read digit by digit: after a cue, before 室 or 次, services, long ones. */
export const serial: readonly Rule[] = [
  // ISBN 978-7-111-21382-6
  rule(
    'serial',
    digit,
    String.raw`(?=\d{1,9}[- –]\d)(?<=(?:ISBN|ISSN|书号|刊号|信用卡|银行卡|卡号)(?:-1[03])?${link})(?<n>\d{1,9}(?:[- –]\d{1,9}){1,6}[xX]?)(?![\d.])`,
    (found) => spellRun(found.get('n'), found.start),
  ),
  rule('serial', '+\\d', String.raw`(?<=区号[是为:：]{0,2}\s?)\+?(?<n>\d{1,4})(?!\d)`, (found) =>
    found.spell('n', true),
  ),
  rule(
    'serial',
    digit,
    String.raw`(?=\d{3})(?<=(?<cue>${cues('digits')})${link})(?<![\d.])(?<n>\d{3,30})${notAmount}`,
    (found) => found.spell('n', isCue('digits_yao', found.get('cue'))),
  ),
  rule(
    'serial',
    digit,
    String.raw`(?=\d{1,8}[-–]\d)(?<=(?<cue>${cues('digits')})${link})(?<![\d.])(?<n>\d{1,8}(?:[-–]\d{1,12}){1,6})(?![\d.])`,
    (found) => dashed(found, '杠'),
  ),
  rule(
    'serial',
    digit,
    String.raw`(?<![\d.,])(?<n>\d{1,2}(?:-\d{1,2}){2,3})(?=["”]?(?:${cues('formation')}))`,
    (found) => dashed(found, ''),
  ),
  rule('serial', digit, String.raw`(?<![\d.,])(?<n>\d{5,30})(?=["”’]?号)`, (found) => found.spell('n')),
  rule('serial', digit, String.raw`(?<![\d.,])(?<n>[1-9]\d{2,3})(?=室|号房|房间)(?!\d00)`, (found) =>
    found.spell('n', true),
  ),
  rule('serial', digit, String.raw`(?<=[（(])(?<n>\d{4,6})(?=\.(?:SH|SZ|HK|BJ|US|TW)\b|[)）]?股票)`, (found) =>
    found.spell('n'),
  ),
  rule(
    'serial',
    digit,
    String.raw`(?=\d{4})(?<=(?:SH|SZ|HK|上交所|深交所|港交所|联交所)[:：]?\s?)(?<n>\d{4,6})${notAmount}`,
    (found) => found.spell('n'),
  ),
  rule('serial', digit, String.raw`(?<![\d.,A-Za-z第])(?<n>${services})${notAmount}`, (found) =>
    serviceAlone(found) ? found.spell('n', true) : undefined,
  ),
  rule('serial', digit, String.raw`(?<![\d.,])(?<n>[48]00)(?=(?:免费)?(?:电话|热线|客服|号码))`, (found) =>
    found.spell('n'),
  ),
  // 9600-0019
  rule('serial', digit, String.raw`(?<![\d.,/])(?<n>\d{2,8}-0\d{2,7})(?![\d.,:])`, (found) => dashed(found, '杠')),
  // 1-2-3
  rule('serial', digit, String.raw`(?<![\d.,])(?<n>\d{1,12}(?:[-–]\d{1,12}){2,8})(?![\d.])`, (found) =>
    dashed(found, '杠'),
  ),
];

/** 110, 119, 120 can be amounts: without a cue they are services only when nothing else is said. */
function serviceAlone(found: Found): boolean {
  return !/^1[12]\d$/.test(found.get('n')) || found.alone;
}

function dashed(found: Found, dash: string): Part[] {
  const parts: Part[] = [];
  const { start } = found.say('n', '');
  for (const match of found.get('n').matchAll(/\d+|[-–]/g)) {
    const at = start + match.index;
    if (/\d/.test(match[0])) parts.push(...spellRun(match[0], at));
    else if (dash !== '') parts.push({ text: dash, start: at, end: at + 1 });
  }
  return parts;
}

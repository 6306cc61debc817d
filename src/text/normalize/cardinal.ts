import { decimal, ordinal, cardinal as words } from './number.ts';
import { counters, cues, digit, measured, notCounted, type Rule, rule, spellRun, whole } from './rule.ts';

const counted = String.raw`(?=\s?(?!${notCounted})(?:${counters}))`;
const isAmount = String.raw`(?=\s?(?:${measured}|[余多%]|km|kg|cm|mm|m\b|g\b|t\b|人民币))`;

/** What no other class has taken. */
export const cardinal: readonly Rule[] = [
  // 16 000公顷
  rule(
    'cardinal',
    digit,
    String.raw`(?=\d{1,3}[ '’\u2009\u202f]\d{3})(?<![\d.,]\s?)(?<n>[1-9]\d{0,2}(?:[\u2009\u202f'’]\d{3}){1,5}|[1-9]\d{0,2}(?: \d{3}){1,5}(?=\s?(?:${measured}|km|kg|m)))(?![\d'’]|\s\d{3})(?<f>\.\d{1,9})?`,
    (found) => found.whole(decimal(`${found.get('n').replace(/\D/g, '')}${found.get('f')}`)),
  ),
  // 10，000人
  rule(
    'cardinal',
    digit,
    String.raw`(?=\d{1,3}，0\d\d)(?<![\d.,，])(?<n>[1-9]\d{0,2}(?:，\d{3}){1,5})(?!\d|，\d)(?=\s?(?:${measured}))`,
    (found) => found.whole(words(found.get('n').replace(/\D/g, ''))),
  ),
  rule(
    'decimal',
    '\\d.',
    String.raw`(?<![\d.]|[A-Za-z](?=\.))(?<n>(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,24})?\.\d{1,40})(?!\d|\.\d)`,
    (found) => [found.say('n', decimal(found.get('n')))],
  ),
  rule('ordinal', digit, String.raw`(?<=第\s?)(?<n>[1-9]\d{0,2}(?:,\d{3}){1,3})(?!\d|,\d)`, (found) => [
    found.say('n', ordinal(found.get('n').replaceAll(',', ''))),
  ]),
  rule('ordinal', digit, String.raw`(?<=第\s?)(?<n>\d{1,9})(?!\d)`, (found) => [
    found.say('n', ordinal(found.get('n'))),
  ]),
  // 3号楼2单元 numbers the entrance
  rule('two', '2', '(?<=[楼栋幢弄座号]\\s?)2(?=单元|门)', (found) => found.whole('二')),
  rule('two', '2', String.raw`(?<![\d.,A-Za-z第])2${counted}`, (found) => found.whole('两')),
  rule('nought', '0', String.raw`(?<![\d.,])(?<n>0\d{1,30})(?!\d)`, (found) => found.spell('n')),
  rule(
    'cardinal',
    digit,
    String.raw`(?<!\d)(?:(?=\d{8})(?<cue>(?<=(?:${cues('amount')})[:：]?))|)(?<n>${whole})(?:(?<measured>${isAmount})|)`,
    (found) => {
      const written = found.get('n');
      const named = !found.has('measured') && !found.has('cue') && !written.includes(',') && !/0{4}$/.test(written);
      return (written.length > 7 && named) || written.length > 24 + written.split(',').length - 1
        ? found.spell('n')
        : [found.say('n', words(written))];
    },
  ),
  // Of any length: nothing is left out, however long.
  rule('digits', digit, String.raw`\d{1,400}`, (found) => spellRun(found.text, found.start)),
];

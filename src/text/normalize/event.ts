import { cues, digit, type Found, type Part, type Rule, rule, spellRun } from './rule.ts';

const closing = '["”’」』》]?';
const happening = `(?=${closing}(?:特大|大|恐怖|抗日|反|国际)?(?:${cues('event')}))`;

/** Days that name what happened on them: 9·11, 九一八 as 9.18事变, 911事件. */
export const event: readonly Rule[] = [
  rule(
    'event',
    digit,
    String.raw`(?<![\d.·•])(?:0?[1-9]|1[0-2])(?:[·•‧・﹒⋅]|\/(?=\d{1,2}(?:恐怖)?(?:袭击|事件)))(?:0?[1-9]|[12]\d|3[01])(?![\d·•])`,
    spelled,
  ),
  rule(
    'event',
    digit,
    String.raw`(?<![\d.])(?:[1-9]|1[0-2])\.(?:[1-9]|[12]\d|3[01])(?=${closing}(?:事变|事件|惨案|运动|大?地震|起义|政变|空难|淞沪|恐怖|劳动节|儿童节|国庆|长假|黄金周|晚会|讲话|打假|维权|购物节|大促|狂欢))`,
    spelled,
  ),
  rule(
    'event',
    digit,
    String.raw`(?<![\d.,第])(?:[1-9](?:0[1-9]|[12]\d|3[01])|1[0-2](?:0[1-9]|[12]\d|3[01]))${happening}`,
    spelled,
  ),
  // 4.12 is a day, 2008.5 is not
  rule(
    'event',
    digit,
    String.raw`(?<=[“"「『])(?:[1-9](?:0[1-9]|[12]\d|3[01])|110|119|120|12[0-9]{3})(?=[”"」』])`,
    spelled,
  ),
];

function spelled(found: Found): Part[] {
  return spellRun(found.text, found.start, /^1(?:10|19|20)$/.test(found.text));
}

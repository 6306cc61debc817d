import { type Found, type Part, type Rule, rule, spellRun } from './rule.ts';

const provinces = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领军空海';

/** Number plates, 京A12345, 沪B·D12345: everything one by one. */
export const plate: readonly Rule[] = [
  rule(
    'plate',
    'A-Z',
    String.raw`(?<=[${provinces}])[A-Z][·•‧ -]?(?=[A-Z]{0,2}\d)[A-HJ-NP-Z\d]{4,6}[挂学警港澳]?(?![A-Za-z\d])`,
    (found) => spellMixed(found),
  ),
];

/** Letters and digits one by one, without what stands between them. */
export function spellMixed(found: Found): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < found.text.length; at += 1) {
    const char = found.text.charAt(at);
    const start = found.start + at;
    if (/\d/.test(char)) parts.push(...spellRun(char, start, true));
    else if (/[A-Za-z]/.test(char)) parts.push({ text: char.toUpperCase(), start, end: start + 1 });
    else if (/\p{Script=Han}/u.test(char)) parts.push({ text: char, start, end: start + 1 });
  }
  return parts;
}

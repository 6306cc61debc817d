import { spellDigits } from './number.ts';
import { type Found, type Part, type Rule, rule, spellRun } from './rule.ts';

const names: Readonly<Record<string, string>> = {
  '.': '点',
  '/': '斜杠',
  ':': '冒号',
  '@': '艾特',
  '-': '杠',
  _: '下划线',
  '?': '问号',
  '=': '等于',
  '&': '和',
  '#': '井号',
  '%': '百分号',
  '+': '加',
  '~': '波浪号',
};

const domains = 'com|cn|net|org|gov|edu|io|me|cc|tv|info|biz|top|xyz|vip|app|dev|ai|hk|tw|jp|uk|us|eu';

/** Addresses: letters as words or letters, digits one by one, marks by name. */
export const web: readonly Rule[] = [
  rule('hardware', 'A-Fa-f\\d', String.raw`(?<![\w:])(?:[\dA-Fa-f]{2}[:-]){5}[\dA-Fa-f]{2}(?![\w:])`, (found) =>
    [...found.text].flatMap((char, index) => hexadecimal(char, found.start + index)),
  ),
  rule('address', 'hfHF', String.raw`(?:https?|ftp):\/\/[\w\-.~:/?#@&=+%]{1,500}[\w/]`, spellAddress),
  rule(
    'address',
    'A-Za-z\\d_',
    String.raw`(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}`,
    spellAddress,
  ),
  rule(
    'address',
    'A-Za-z\\d',
    String.raw`(?<![\w.])(?:www\.)?[a-zA-Z\d][\w\-]{0,62}(?:\.[\w\-]{1,63}){0,4}\.(?:${domains})(?![\w.])(?:\/[\w\-.~/?#@&=+%]{0,500})?`,
    (found) => (/^[\d.]+$/.test(found.text) ? undefined : spellAddress(found)),
  ),
];

function spellAddress(found: Found): Part[] {
  const parts: Part[] = [];
  for (const match of found.text.matchAll(/[A-Za-z]+|\d|[^A-Za-z\d]/g)) {
    const written = match[0];
    const start = found.start + match.index;
    const text = /\d/.test(written) ? spellDigits(written) : (names[written] ?? written);
    parts.push({ text, start, end: start + written.length });
  }
  return parts;
}

function hexadecimal(char: string, start: number): Part[] {
  if (/\d/.test(char)) return spellRun(char, start);
  return /[A-Fa-f]/.test(char) ? [{ text: char.toUpperCase(), start, end: start + 1 }] : [];
}

import { readTable } from '../data.ts';

const traditional = new Map(readTable('traditional.tsv') as [string, string][]);
const folded = new Map(traditional);

const widths: readonly [from: string, to: string][] = [
  ['〇', '零'],
  ['妳', '你'],
  ['牠', '它'],
  ['祂', '他'],
  ['　', ' '],
  ['\u00a0', ' '],
  ['﹣', '-'],
  ['﹪', '%'],
  ['﹠', '&'],
  ['˚', '°'],
  ['º', '°'],
  ['µ', 'μ'],
  ['∶', ':'],
  ['．', '.'],
];

/** Characters that simplified text has as well: they change only in these words. */
const contexts: readonly [pattern: RegExp, to: string][] = [
  [/乾(?=[净燥杯脆枯旱涸粮洗货菜果酪冰咳])|(?<=[饼晒弄擦风肉萄豆烘吹枯])乾/g, '干'],
  [/瞭(?=解|如指掌|然)/g, '了'],
  [/(?<![名土显原编专巨论卓昭合译遗])著(?![名作者称书录述])/g, '着'],
  [/藉(?=[口由助此着])/g, '借'],
];

for (let code = 0xff01; code <= 0xff5e; code += 1) {
  const ascii = String.fromCharCode(code - 0xfee0);
  if (/[A-Za-z0-9#$%&*+\-/<=>@\\^_:~]/.test(ascii)) folded.set(String.fromCharCode(code), ascii);
}
for (let code = 0xc0; code <= 0x24f; code += 1) {
  const letter = String.fromCharCode(code).normalize('NFD').charAt(0);
  if (/[A-Za-z]/.test(letter)) folded.set(String.fromCharCode(code), letter);
}
for (let value = 0; value <= 9; value += 1) folded.set(String.fromCharCode(0x2080 + value), String(value));
for (const [from, to] of widths) folded.set(from, to);

/** By character code, nought where a character stays as it is: most of a text is looked at but once. */
const simple = new Uint16Array(0x10000);
for (const [from, to] of folded)
  if (from.length === 1 && to.length === 1) simple[from.charCodeAt(0)] = to.charCodeAt(0);

const repeated = '々'.charCodeAt(0);

/**
 * One form for what is written in several: half-width letters and digits, simplified characters, no accents.
 * The result has the length of the text, so offsets stay those of the source.
 */
export function fold(text: string): string {
  let result = '';
  let copied = 0;
  let isTraditional = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const pair = code >= 0xd800 && code < 0xdc00 && isPair(text, i);
    const char = pair ? text.slice(i, i + 2) : '';
    const to = pair ? folded.get(char) : code === repeated ? before(text, i) : foldedChar(simple[code]!);
    if (to !== undefined) {
      result += text.slice(copied, i) + to;
      copied = i + (pair ? 2 : 1);
      isTraditional ||= traditional.has(pair ? char : text.charAt(i));
    }
    if (pair) i += 1;
  }
  if (copied === 0) return text;
  result += text.slice(copied);
  return isTraditional ? inContext(result) : result;
}

function foldedChar(code: number): string | undefined {
  return code === 0 ? undefined : String.fromCharCode(code);
}

/** 人々: the character before it again, as far back as the marks of repetition go. */
function before(text: string, at: number): string | undefined {
  const found = /([^々\ud800-\udfff])々{0,8}$/.exec(text.slice(Math.max(0, at - 8), at))?.[1];
  return found === undefined ? undefined : (folded.get(found) ?? found);
}

function isPair(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}

function inContext(text: string): string {
  let result = text;
  for (const [pattern, to] of contexts) result = result.replace(pattern, to);
  return result;
}

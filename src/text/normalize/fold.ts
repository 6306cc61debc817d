import { readTable } from '../data.ts';

const folded = new Map<string, string>(readTable('traditional.tsv') as [string, string][]);

const widths: readonly [from: string, to: string][] = [
  ['〇', '零'],
  ['　', ' '],
  ['\u00a0', ' '],
  ['−', '-'],
  ['﹣', '-'],
  ['﹪', '%'],
  ['﹠', '&'],
  ['₂', '2'],
  ['₃', '3'],
  ['˚', '°'],
  ['º', '°'],
  ['µ', 'μ'],
  ['∶', ':'],
  ['．', '.'],
];

/** Words in which a simplified text keeps a traditional character. */
const kept = /乾[隆坤]|[一-龥]乾宫/g;

for (let code = 0xff01; code <= 0xff5e; code += 1) {
  const ascii = String.fromCharCode(code - 0xfee0);
  if (/[A-Za-z0-9#$%&*+\-/<=>@\\^_:~]/.test(ascii)) folded.set(String.fromCharCode(code), ascii);
}
for (let code = 0xc0; code <= 0x24f; code += 1) {
  const letter = String.fromCharCode(code).normalize('NFD').charAt(0);
  if (/[A-Za-z]/.test(letter)) folded.set(String.fromCharCode(code), letter);
}
for (const [from, to] of widths) folded.set(from, to);

/**
 * One form for what is written in several: half-width letters and digits, simplified characters, no accents.
 * The result has the length of the text, so offsets stay those of the source.
 */
export function fold(text: string): string {
  let result = '';
  let copied = 0;
  let previous = '';
  for (let i = 0; i < text.length; i += 1) {
    const pair = isPair(text, i);
    const char = pair ? text.slice(i, i + 2) : text.charAt(i);
    const to = char === '々' && previous !== '' ? previous : folded.get(char);
    if (to !== undefined) {
      result += text.slice(copied, i) + to;
      copied = i + char.length;
    }
    previous = char.length === 1 ? (to ?? char) : '';
    if (pair) i += 1;
  }
  return restoreKept(text, result + text.slice(copied));
}

function isPair(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}

function restoreKept(text: string, result: string): string {
  if (!text.includes('乾')) return result;
  const spread = result.split('');
  for (const match of text.matchAll(kept)) spread.splice(match.index, match[0].length, ...match[0]);
  return spread.join('');
}

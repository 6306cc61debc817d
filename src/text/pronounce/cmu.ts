import { readBytes } from '../data.ts';

const tab = 9;
const newline = 10;

/** The file as it is, sorted by word, and the names of its phones; read at the first word of English. */
let file: Buffer | undefined;
let start = 0;
let phones: readonly string[] = [];

/** ARPAbet of a lower-case word from CMUdict (`hh ah0 l ow1`), undefined where it is not in it. */
export function readCmu(word: string): string | undefined {
  file ??= open();
  let low = start;
  let high = file.length;
  while (low < high) {
    const middle = lineStart(file, (low + high) >> 1, low);
    const order = compare(file, middle, word);
    if (order === 0) return arpabetAt(file, middle + word.length + 1);
    if (order < 0) low = file.indexOf(newline, middle) + 1;
    else high = middle;
  }
  return undefined;
}

function open(): Buffer {
  const bytes = readBytes('cmu.txt');
  const second = bytes.indexOf(newline) + 1;
  start = bytes.indexOf(newline, second) + 1;
  phones = bytes.toString('latin1', second + 2, start - 1).split(' ');
  return bytes;
}

function lineStart(bytes: Buffer, at: number, low: number): number {
  let from = at;
  while (from > low && bytes[from - 1] !== newline) from -= 1;
  return from;
}

/** Below 0 when the word of the line comes before `word`. */
function compare(bytes: Buffer, line: number, word: string): number {
  for (let index = 0; index < word.length; index += 1) {
    const difference = bytes[line + index]! - word.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return bytes[line + word.length] === tab ? 0 : 1;
}

function arpabetAt(bytes: Buffer, from: number): string {
  let said = '';
  for (let at = from; bytes[at] !== newline; at += 1) said += `${said === '' ? '' : ' '}${phones[bytes[at]! - 33]}`;
  return said;
}

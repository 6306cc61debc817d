// The words of @pinyin-pro/data and the characters of pinyin-pro (both by their own licences, see data/NOTICE), with
// readings in our style: `lv4`, 一 and 不 as alone, 儿 er2.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pinyin } from 'pinyin-pro';

const require = createRequire(import.meta.url);
const complete = JSON.parse(
  readFileSync(process.env.PINYIN_DATA ?? require.resolve('@pinyin-pro/data/complete.json'), 'utf8'),
);
const inventory = JSON.parse(readFileSync('data/inventories/PinYin.json', 'utf8'));

const aliases = { n: 'en', ng: 'en', m: 'mu', hng: 'heng', hm: 'heng', ê: 'ei', lüe: 'lve', nüe: 'nve' };
const marks = { '\u0304': '1', '\u0301': '2', '\u030c': '3', '\u0300': '4' };

/** qīng → qing1, lǜ → lv4; undefined for what no table can say. */
function syllable(written, char) {
  let tone = '5';
  const base = written
    .normalize('NFD')
    .replace(/[\u0304\u0301\u030c\u0300]/g, (mark) => {
      tone = marks[mark];
      return '';
    })
    .normalize('NFC')
    .replace(/ü/g, 'v');
  const name = aliases[base] ?? base;
  if (char === '一') return 'yi1';
  if (char === '不') return 'bu4';
  if (char === '儿') return 'er2';
  if (!/^[a-z]+$/.test(name)) return undefined;
  return name + tone;
}

const known = new Set(Object.keys(inventory.syllables));
const sayable = (name) => known.has(name.slice(0, -1)) || known.has(name.slice(0, -1).replace(/^([jqxy])u/, '$1v'));

/** The reading of every character alone. */
export const defaults = new Map();
for (let code = 0x3400; code <= 0x323af; code += 1) {
  const char = String.fromCodePoint(code);
  if (!/\p{Script=Han}/u.test(char)) continue;
  const [said] = pinyin(char, { type: 'array' });
  const name = said === undefined || said === char ? undefined : syllable(said, char);
  if (name !== undefined) defaults.set(char, name);
}
defaults.set('〇', 'ling2').set('零', 'ling2').set('幺', 'yao1').set('们', 'men5');

/** Words of two to eight characters, short ones and common ones first. */
export const words = [];
for (const [word, [written, share]] of Object.entries(complete)) {
  const chars = [...word];
  if (chars.length < 2 || chars.length > 8 || !chars.every((char) => defaults.has(char))) continue;
  const said = written.split(' ');
  if (said.length !== chars.length) continue;
  const names = said.map((name, index) => syllable(name, chars[index]));
  if (names.some((name) => name === undefined || !sayable(name))) continue;
  words.push({ word, chars, names, share });
}
words.sort((a, b) => a.chars.length - b.chars.length || b.share - a.share || (a.word < b.word ? -1 : 1));

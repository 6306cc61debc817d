// Makes data/cmu.txt from CMUdict (npm cmu-pronouncing-dictionary): its plain words with the phones of the inventory. The second
// line names the phones; in the sorted lines that follow, each is one character from `!` on. src/text/pronounce/cmu.ts reads it.
//   node scripts/text/english.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { dictionary } from 'cmu-pronouncing-dictionary';

const known = new Set(JSON.parse(readFileSync('data/inventories/PinYin.json', 'utf8')).phones);
const rows = [];
const phones = new Set();
for (const [word, said] of Object.entries(dictionary)) {
  const arpabet = said.toLowerCase().split(' ');
  if (!/^[a-z]{2,14}$/.test(word) || !arpabet.every((phone) => known.has(phone.replace(/\d$/, '')))) continue;
  rows.push([word, arpabet]);
  for (const phone of arpabet) phones.add(phone);
}
const names = [...phones].sort();
const code = (phone) => String.fromCharCode(33 + names.indexOf(phone));
const lines = rows.map(([word, arpabet]) => `${word}\t${arpabet.map(code).join('')}`).sort();
writeFileSync(
  'data/cmu.txt',
  `# made by scripts/text/english.mjs from CMUdict\n# ${names.join(' ')}\n${lines.join('\n')}\n`,
);
console.log(`${rows.length} words, ${names.length} phones`);

// Makes data/characters.tsv and data/pinyin.tsv: the reading of every character alone, and the words that are read otherwise
// than their characters and shorter words say.
//   npx tsc -p tsconfig.test.json && node scripts/text/dictionary.mjs
import { writeFileSync } from 'node:fs';
import { words as lexicon } from '../../.build/src/text/segment/lexicon.js';
import { bestPath } from '../../.build/src/text/segment/path.js';
import { defaults, words } from './words.mjs';

const bySyllable = new Map();
for (const [char, name] of defaults) bySyllable.set(name, (bySyllable.get(name) ?? '') + char);
const rows = [...bySyllable].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, chars]) => `${name}\t${chars}`);
writeFileSync(
  'data/characters.tsv',
  `# reading of a character alone\tcharacters; made by scripts/text/dictionary.mjs\n${rows.join('\n')}\n`,
);

// A word is kept only when what is kept already does not read it so. Words are divided as the text stage divides them.
const kept = new Map();
for (const { word, chars, names, share } of words) {
  const got = readByParts(word, chars);
  if (got.every((name, index) => name === names[index])) continue;
  // Rare long words differ by slips as often as by sense.
  if (share < 4e-12 && chars.length > 2) continue;
  kept.set(word, names);
}

function readByParts(word, chars) {
  if (chars.length !== word.length) return chars.map((char) => defaults.get(char));
  const codes = chars.map((char) => char.charCodeAt(0));
  const whole = lexicon.find(word) >= 0;
  const ends = new Set([0, ...bestPath(codes, 0, codes.length, codes.length - 1).ends]);
  const result = [];
  for (let from = 0; from < chars.length; ) {
    let to = chars.length - (from === 0 ? 1 : 0);
    const fits = () => (whole || (ends.has(from) && ends.has(to))) && kept.has(word.slice(from, to));
    while (to > from + 1 && !fits()) to -= 1;
    if (to > from + 1) result.push(...kept.get(word.slice(from, to)));
    else result.push(defaults.get(chars[from]));
    from = Math.max(to, from + 1);
  }
  return result;
}

const lines = [...kept].map(([word, names]) => `${word}\t${names.join(' ')}`).sort();
writeFileSync(
  'data/pinyin.tsv',
  `# word\treading, where its characters and shorter words do not say it; made by scripts/text/dictionary.mjs\n${lines.join('\n')}\n`,
);
console.log(`${defaults.size} characters, ${words.length} words, ${kept.size} kept`);

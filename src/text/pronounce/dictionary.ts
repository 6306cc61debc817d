import { readSorted, readTable, readText } from '../data.ts';
import { Numbering } from '../numbering.ts';
import { WordTrie } from '../segment/trie.ts';
import { firstLineOf, sortLines } from '../sorted-lines.ts';

/** Syllables, `lv4` style: v for ü, 5 neutral. */
const syllables = new Numbering('');

/** Our own readings: of characters that are words of their own, and of longer words. */
const ownAlone = new Map<string, string>();
const ownPhrases: string[] = [];
for (const [word, reading] of readTable('readings.tsv')) {
  if (reading!.includes(' ')) ownPhrases.push(`${word}\t${reading}`);
  else ownAlone.set(word!, reading!);
}

const listed = readSorted('pinyin.tsv').lines;
const own = sortLines(ownPhrases);

/** Words that are read otherwise than their characters are alone; their rows are places in `pool`. */
const phrases = new WordTrie((code) => {
  addPhrases(listed, code, false);
  addPhrases(own, code, true);
});

/** The readings of words, one after another; before each its length, negative for an entry of our own. */
let pool = new Int16Array(1 << 12);
let used = 0;

/** The readings of characters alone: of the basic plane by code, and the others. */
const alone = new Uint16Array(65536);
const rare = new Map<string, number>();

readCharacters(readText('characters.tsv'));

/** The reading of a character alone, undefined where there is none. */
export function readCharacter(char: string): string | undefined {
  const number = char.length === 1 ? alone[char.charCodeAt(0)]! : (rare.get(char) ?? 0);
  return number === 0 ? undefined : syllables.nameOf(number);
}

/** Our own reading of a character where it is a word. */
export function readAlone(char: string): string | undefined {
  return ownAlone.get(char);
}

/** An entry that reads characters in their sentence. */
export interface Match {
  /** Characters it spans. */
  readonly length: number;
  readonly own: boolean;
  /** The reading of its character at `index`. */
  readonly reading: (index: number) => string;
}

/**
 * The longest entry at `at` that agrees with the words of the sentence: it lies inside of one, or it is whole words.
 * `wordOf` numbers the word of every character.
 */
export function matchPhrase(codes: ArrayLike<number>, wordOf: ArrayLike<number>, at: number): Match | undefined {
  const count = codes.length;
  const begins = at === 0 || wordOf[at - 1] !== wordOf[at];
  let node = phrases.first(codes[at]!);
  let found = -1;
  for (let end = at + 1; node >= 0; end += 1) {
    const row = phrases.row(node);
    const inside = wordOf[end - 1] === wordOf[at];
    if (row >= 0 && (inside || (begins && (end === count || wordOf[end] !== wordOf[end - 1])))) found = row;
    if (end >= count) break;
    node = phrases.child(node, codes[end]!);
  }
  return found < 0 ? undefined : matchOf(found);
}

function matchOf(row: number): Match {
  const length = Math.abs(pool[row]!);
  return { length, own: pool[row]! < 0, reading: (index) => syllables.nameOf(pool[row + 1 + index]!) };
}

function readCharacters(text: string): void {
  for (let at = text.indexOf('\n') + 1; at < text.length; ) {
    const tab = text.indexOf('\t', at);
    const end = text.indexOf('\n', tab);
    const number = syllables.numberOf(text.slice(at, tab));
    for (let i = tab + 1; i < end; i += 1) {
      const code = text.charCodeAt(i);
      if ((code & 0xfc00) === 0xd800) {
        rare.set(text.slice(i, i + 2), number);
        i += 1;
      } else alone[code] = number;
    }
    at = end + 1;
  }
}

/** Adds those that begin with a character. */
function addPhrases(text: string, code: number, isOwn: boolean): void {
  for (let at = firstLineOf(text, code); text.charCodeAt(at) === code; ) {
    const tab = text.indexOf('\t', at);
    const end = text.indexOf('\n', tab);
    addPhrase(text, at, tab, text.slice(tab + 1, end).split(' '), isOwn);
    at = end + 1;
  }
}

function addPhrase(text: string, from: number, to: number, said: readonly string[], isOwn: boolean): void {
  if (used + said.length >= pool.length) {
    const larger = new Int16Array(pool.length * 2);
    larger.set(pool);
    pool = larger;
  }
  phrases.add(text, from, to, used);
  pool[used] = isOwn ? -said.length : said.length;
  used += 1;
  for (const name of said) pool[used++] = syllables.numberOf(name);
}

import { LangduError } from '../errors.ts';

/** What a user has said of a word: how its characters are read, or what is read in its place. */
export type LexiconEntry =
  | { readonly kind: 'reading'; readonly syllables: readonly string[] }
  | { readonly kind: 'replacement'; readonly text: string };

/** In characters: what a word costs to look for at every place of a text is bounded by the longest. */
export const longestEntry = { word: 64, value: 512 } as const;
const MOST_WORDS = 100_000;

/** A user's words. */
export class Lexicon {
  readonly #entries: ReadonlyMap<string, LexiconEntry>;
  /** Lengths of the words that begin with a UTF-16 unit, the longest first. */
  readonly #lengths: ReadonlyMap<number, readonly number[]>;

  constructor(entries: ReadonlyMap<string, LexiconEntry>) {
    this.#entries = entries;
    this.#lengths = lengthsOf(entries.keys());
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The longest word of the lexicon that stands at `at`. */
  match(text: string, at: number): { readonly word: string; readonly entry: LexiconEntry } | undefined {
    for (const length of this.#lengths.get(text.charCodeAt(at)) ?? []) {
      if (at + length > text.length) continue;
      const word = text.slice(at, at + length);
      const entry = this.#entries.get(word);
      if (entry !== undefined && !cutsLetters(text, at, at + length)) return { word, entry };
    }
    return undefined;
  }
}

function lengthsOf(words: Iterable<string>): ReadonlyMap<number, readonly number[]> {
  const known = new Map<number, Set<number>>();
  for (const word of words) {
    const first = word.charCodeAt(0);
    const lengths = known.get(first) ?? new Set();
    known.set(first, lengths.add(word.length));
  }
  return new Map([...known].map(([first, lengths]) => [first, [...lengths].sort((a, b) => b - a)]));
}

/** A word of letters is not found inside of a longer one. */
function cutsLetters(text: string, from: number, to: number): boolean {
  const letter = /[A-Za-z]/;
  return [from, to].some((at) => at > 0 && letter.test(text.charAt(at - 1)) && letter.test(text.charAt(at)));
}

/**
 * A lexicon file: a line an entry, word and value with a tab or spaces between. The value is a syllable for each
 * character (`阿里  a1 li3`; v or ü, 1–5, 5 neutral) or `=` and what to read instead (`C位  =西位`). Lines that begin with #
 * and empty ones do not count. Throws `request_invalid` with the number of the line.
 */
export function parseLexicon(text: string, name = 'lexicon'): Lexicon {
  const entries = new Map<string, LexiconEntry>();
  for (const [index, written] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    const wrong = (problem: string) =>
      new LangduError('request_invalid', { problem: `${name}, line ${index + 1}: ${problem}` });
    const gap = line.search(/\s/);
    if (gap < 0) throw wrong('expected a word, a tab and its reading or =replacement');
    const word = line.slice(0, gap);
    const value = line.slice(gap).trimStart();
    if (isLonger(word, longestEntry.word)) throw wrong(`a word has at most ${longestEntry.word} characters`);
    if (isLonger(value, longestEntry.value)) {
      throw wrong(`what is said of a word has at most ${longestEntry.value} characters`);
    }
    if (entries.has(word)) throw wrong(`${word} is there already`);
    if (entries.size === MOST_WORDS) throw wrong(`there are more than ${MOST_WORDS} words`);
    entries.set(word, value.startsWith('=') ? replacement(value, wrong) : reading(word, value, wrong));
  }
  return new Lexicon(entries);
}

/** Counts no further than it must. */
function isLonger(text: string, characters: number): boolean {
  return text.length > 2 * characters || [...text].length > characters;
}

function replacement(value: string, wrong: (problem: string) => LangduError): LexiconEntry {
  const text = value.slice(1).trim();
  if (text === '') throw wrong('nothing follows =');
  return { kind: 'replacement', text };
}

function reading(word: string, value: string, wrong: (problem: string) => LangduError): LexiconEntry {
  const syllables = value.split(/\s+/).map(canonical);
  const bad = syllables.indexOf(undefined);
  if (bad >= 0) throw wrong(`"${value.split(/\s+/)[bad]}" is no syllable like lv4; write =… to replace the word`);
  const characters = [...word];
  if (!characters.every((char) => /\p{Script=Han}/u.test(char))) {
    throw wrong(`${word} has more than Han characters; write =… to replace it`);
  }
  if (characters.length !== syllables.length) {
    throw wrong(`${word} has ${characters.length} characters and ${syllables.length} syllables`);
  }
  return { kind: 'reading', syllables: syllables as string[] };
}

/** Pinyin as a user may write it, in our style (v for ü, 5 for neutral); undefined when it is none. */
export function canonical(written: string): string | undefined {
  const plain = written.toLowerCase().replace(/u:|ü/g, 'v').replace(/0$/, '5');
  return /^[a-z]{1,6}[1-5]$/.test(plain) ? plain : undefined;
}

import { LangduError } from '../errors.ts';

/** What a user has said of a word: how its characters are read, or what is read in its place. */
export type LexiconEntry =
  | { readonly kind: 'reading'; readonly syllables: readonly string[] }
  | { readonly kind: 'replacement'; readonly text: string };

/** A user's words. */
export class Lexicon {
  readonly #entries: ReadonlyMap<string, LexiconEntry>;
  readonly #longest: number;

  constructor(entries: ReadonlyMap<string, LexiconEntry>) {
    this.#entries = entries;
    this.#longest = Math.max(0, ...[...entries.keys()].map((word) => word.length));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The longest word of the lexicon that stands at `at`. */
  match(text: string, at: number): { readonly word: string; readonly entry: LexiconEntry } | undefined {
    for (let length = Math.min(this.#longest, text.length - at); length > 0; length -= 1) {
      const word = text.slice(at, at + length);
      const entry = this.#entries.get(word);
      if (entry !== undefined && !cutsLetters(text, at, at + length)) return { word, entry };
    }
    return undefined;
  }
}

/** A word of letters is not found inside of a longer one. */
function cutsLetters(text: string, from: number, to: number): boolean {
  const letter = /[A-Za-z]/;
  return [from, to].some((at) => at > 0 && letter.test(text.charAt(at - 1)) && letter.test(text.charAt(at)));
}

const comment = /^\s*(?:#|$)/;

/**
 * A lexicon file: a line an entry, word and value with a tab or spaces between. The value is a syllable for each
 * character (`阿里  a1 li3`; v or ü, 1–5, 5 neutral) or `=` and what to read instead (`C位  =西位`). Lines that begin with # and
 * empty ones do not count. Throws `request_invalid` with the number of the line.
 */
export function parseLexicon(text: string, name = 'lexicon'): Lexicon {
  const entries = new Map<string, LexiconEntry>();
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (comment.test(line)) continue;
    const wrong = (problem: string) =>
      new LangduError('request_invalid', { problem: `${name}, line ${index + 1}: ${problem}` });
    const [, word, value] = /^\s*(\S+?)\s+(\S.*?)\s*$/u.exec(line) ?? [];
    if (word === undefined || value === undefined)
      throw wrong('expected a word, a tab and its reading or =replacement');
    if (entries.has(word)) throw wrong(`${word} is there already`);
    entries.set(word, value.startsWith('=') ? replacement(value, wrong) : reading(word, value, wrong));
  }
  return new Lexicon(entries);
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

import { useShared } from './kept.ts';

/** Words and how they are read, as requests have them: pinyin of every character, or `=` and what is read instead. */
export type Words = Readonly<Record<string, string>>;

/** What a request takes at most. */
export const MOST_WORDS = 1000;

/** The person's own words: in this browser, sent with every request. */
export function useLexicon() {
  const [words, setWords] = useShared<Words>('lexicon', {});
  const set = (word: string, value: string) => setWords((before) => ({ ...before, [word]: value }));
  const remove = (word: string) => setWords(({ [word]: _, ...rest }) => rest);
  /** Those of a file, over those that are here. */
  const add = (more: Words) =>
    setWords((before) => Object.fromEntries(Object.entries({ ...before, ...more }).slice(0, MOST_WORDS)));
  return { words, set, remove, add };
}

/** As a lexicon file has them, for `langdu --lexicon` and for the server. */
export function toLexiconFile(words: Words): string {
  return Object.entries(words)
    .map(([word, value]) => `${word}\t${value}\n`)
    .join('');
}

/** The words of a lexicon file; what is wrong with one the server says when it is used. */
export function fromLexiconFile(text: string): Words {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|$)/.test(line));
  const entries = lines.map((line) => /^\s*(\S+?)\s+(\S.*?)\s*$/u.exec(line));
  return Object.fromEntries(entries.flatMap((match) => (match === null ? [] : [[match[1]!, match[2]!]])));
}

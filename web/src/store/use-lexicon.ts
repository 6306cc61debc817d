import { explain } from '../server/read.ts';
import type { Language } from '../strings.ts';
import { useShared } from './kept.ts';

/** Words and how they are read, as requests have them: pinyin of every character, or `=` and what is read instead. */
export type Words = Readonly<Record<string, string>>;

/** What a request takes at most. */
export const MOST_WORDS = 1000;

/** There are as many words as a request takes. */
export class LexiconFull extends Error {}

/** The person's own words: in this browser, sent with every request. */
export function useLexicon(language: Language, voice: string | undefined) {
  const [words, setWords] = useShared<Words>('lexicon', {});
  const remove = (word: string) => setWords(({ [word]: _, ...rest }) => rest);
  /**
   * Adds these to those that are here, or none of them: one wrong word would have every speech refused, so that the
   * server is asked first. It says what is wrong with a reading better than a rule of ours could. Throws what `ask`
   * throws, and `LexiconFull`.
   */
  const add = async (more: Words): Promise<void> => {
    const text = Object.keys(more)[0];
    if (text === undefined) return;
    if (Object.keys({ ...words, ...more }).length > MOST_WORDS) throw new LexiconFull();
    const asked = { text, lexicon: more, ...(voice === undefined ? {} : { voice }) };
    await explain(asked, language, new AbortController().signal);
    setWords((before) => ({ ...before, ...more }));
  };
  return { words, remove, add };
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

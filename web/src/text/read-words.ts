import type { Explanation } from '../server/read.ts';

type Syllable = Explanation['syllables'][number];

/** A word of the text as it is read; the marks and blanks between words are here without syllables. */
export interface ReadWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly syllables: readonly Syllable[];
}

/**
 * The whole explained text in order, each word with its syllables. Words that were read from the same characters, if in
 * part, are one.
 */
export function readWords({ text, sentences, syllables }: Explanation): ReadWord[] {
  const words: ReadWord[] = [];
  let at = 0;
  let next = 0;
  for (const { start, end } of sentences.flatMap((sentence) => sentence.words)) {
    const before = start < at ? words.pop() : undefined;
    if (start > at) words.push({ text: text.slice(at, start), start: at, end: start, syllables: [] });
    const from = before?.start ?? start;
    const first = next;
    at = Math.max(at, end);
    while (next < syllables.length && syllables[next]!.start < at) next += 1;
    const read = [...(before?.syllables ?? []), ...syllables.slice(first, next)];
    words.push({ text: text.slice(from, at), start: from, end: at, syllables: read });
  }
  if (at < text.length) words.push({ text: text.slice(at), start: at, end: text.length, syllables: [] });
  return words;
}

/** A character for each syllable: the reading stands above each, and can be given syllable by syllable. */
export function readsByCharacter({ text, syllables }: ReadWord): boolean {
  return /^\p{Script=Han}+$/u.test(text) && [...text].length === syllables.length;
}

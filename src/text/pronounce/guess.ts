import { matchPhrase, readAlone, readCharacter } from './dictionary.ts';
import type { Run } from './run.ts';

/** The reading of a character in its sentence, before sandhi, and where it comes from. */
export interface Choice {
  readonly reading: string;
  /** Characters of the dictionary word that says so, 1 for the character alone, 0 for the learned model. */
  readonly length: number;
  /** An entry of our own has decided. */
  readonly own: boolean;
  /** The entry or the part that has decided, as `Syllable.by` tells it. */
  readonly by: string;
}

/** What the dictionary says: the longest entry, else the character alone. */
export function guess(run: Run): (Choice | undefined)[] {
  const { codes, wordOf, words, starts } = run;
  const choices: (Choice | undefined)[] = new Array(codes.length);
  for (let at = 0; at < codes.length; ) {
    const match = codes[at] === 0 ? undefined : matchPhrase(codes, wordOf, at);
    if (match !== undefined) {
      const { length, own } = match;
      const by = `${own ? 'entry' : 'dictionary'}:${String.fromCharCode(...codes.slice(at, at + length))}`;
      for (let index = 0; index < length; index += 1) {
        choices[at + index] = { reading: match.reading(index), length, own, by };
      }
      at += length;
      continue;
    }
    const word = words[wordOf[at]!];
    if (word?.kind === 'han') {
      const char = word.tokens[at - starts[wordOf[at]!]!]!.text;
      const alone = word.tokens.length === 1 ? readAlone(char) : undefined;
      const reading = alone ?? readCharacter(char);
      if (reading !== undefined) {
        const own = alone !== undefined;
        choices[at] = { reading, length: word.tokens.length, own, by: own ? `entry:${char}` : 'character' };
      }
    }
    at += 1;
  }
  return choices;
}

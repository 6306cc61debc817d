import type { SpokenToken } from '../normalize/token.ts';

/** A lexical word of the sentence. */
export interface Word {
  readonly kind: 'han' | 'latin';
  readonly tokens: readonly SpokenToken[];
  readonly text: string;
  /** Part of speech as the word list has it (n, v, m, q, d, ...); `eng` for letters. */
  readonly pos: string;
  /** The pause that the writing asks for before this word: 3 after a comma, 1 at a space or between scripts. */
  readonly gap: 0 | 1 | 3;
}

import { type Analyser, createAnalyser, inventoryOf, type TextOptions } from './analyse.ts';
import { lexiconOf } from './known-lexicons.ts';

/** The text front ends of the languages asked for so far. */
export class Analysers {
  readonly #made = new Map<string, Analyser>();
  readonly #own: TextOptions;

  /** @param own for every text of every language */
  constructor(own: TextOptions = {}) {
    this.#own = own;
  }

  /** That of a voice's language. Throws `language_unsupported`. */
  of(language: string, voice: string): Analyser {
    let analyser = this.#made.get(language);
    if (analyser === undefined) {
      analyser = createAnalyser(inventoryOf(language, voice), voice, this.#own);
      this.#made.set(language, analyser);
    }
    return analyser;
  }
}

/** A lexicon's text as options. Throws `request_invalid`. */
export function wordsOf(lexicon: string | undefined): TextOptions {
  return { lexicon: lexiconOf(lexicon) };
}

import { LRUCache } from 'lru-cache';
import { type Lexicon, parseLexicon } from './lexicon.ts';

const MOST = 16;
/** Of all that are kept together, in UTF-16 units of their text; what was read of it takes some times as much. */
const MOST_TEXT = 2_000_000;

/**
 * Lexicons that came with requests, by their text: the items of a job have the same one, each is read twice (counted,
 * then spoken), and callers send theirs again and again. A large one takes tens of milliseconds to read.
 */
export class KnownLexicons {
  readonly #parse: (text: string) => Lexicon;
  readonly #known = new LRUCache<string, Lexicon>({
    max: MOST,
    maxSize: MOST_TEXT,
    sizeCalculation: (_, text) => text.length + 1,
  });

  constructor(parse: (text: string) => Lexicon = parseLexicon) {
    this.#parse = parse;
  }

  /** Throws what is wrong with it, each time. */
  of(text: string): Lexicon {
    let lexicon = this.#known.get(text);
    if (lexicon === undefined) {
      lexicon = this.#parse(text);
      this.#known.set(text, lexicon);
    }
    return lexicon;
  }
}

const known = new KnownLexicons();

/** A request's own lexicon, if it has one. Throws `request_invalid`. */
export function lexiconOf(text: string | undefined): Lexicon | undefined {
  return text === undefined ? undefined : known.of(text);
}

import type { Span, TextWarning } from './sentence.ts';

/** How a text is read, as `langdu explain` and the server show it. Offsets are UTF-16 code units of `text`. */
export interface Explanation {
  readonly text: string;
  /** As it is spoken. */
  readonly normalized: string;
  readonly sentences: readonly ExplainedSentence[];
  /** The syllables of all sentences, in order. */
  readonly syllables: readonly ExplainedSyllable[];
  readonly warnings: readonly TextWarning[];
}

export interface ExplainedSentence extends Span {
  readonly text: string;
  readonly words: readonly ExplainedWord[];
  /** Prosodic words and the breaks after them: `我们#1走吧#3好吗#4`. */
  readonly annotated: string;
  /** The symbol line of an acoustic model, with a neutral emotion and speaker F7. */
  readonly symbols: string;
}

/** A prosodic word. */
export interface ExplainedWord extends Span {
  readonly text: string;
  /** Surface syllables. */
  readonly pinyin: readonly string[];
}

export interface ExplainedSyllable extends Span {
  readonly char: string;
  /** As chosen before sandhi, `lv4` style, 5 for neutral. */
  readonly reading: string;
  /** The surface syllable. */
  readonly pinyin: string;
  /** The rule or entry that decided, see `Syllable.by`. */
  readonly by: string;
}

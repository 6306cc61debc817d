/** What the text stage yields. Offsets are UTF-16 code units of the caller's text; ranges are half open. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A spoken syllable and the characters it was read from. */
export interface Syllable extends Span {
  /** The character (or letters) as spoken, after normalisation. */
  readonly text: string;
  /** As chosen before sandhi, `lv4` style: v for ü, 1–4, 5 neutral. English: its phones and stress, `l ow1`. */
  readonly reading: string;
  /** The surface syllable, after sandhi. */
  readonly pinyin: string;
  /**
   * What decided the reading: `character`, `dictionary:银行`, `entry:…`, `surname`, `context`, `model`, `neutral`,
   * `erhua`, `english`, `lexicon:…`, `inline`.
   */
  readonly by: string;
  /** Phones when the syllable is not pinyin (English letters and words): ARPAbet of the inventory, lower case. */
  readonly phones?: readonly string[];
}

/** How long a pause follows: 0 none, 1 prosodic word, 2 and 3 phrase, 4 end of sentence: `#1` … `#4`. */
export type BreakLevel = 0 | 1 | 2 | 3 | 4;

/** A prosodic word: a lexical word with its clitics; the unit of sandhi and of word_begin … word_end. */
export interface ProsodicWord extends Span {
  readonly text: string;
  readonly syllables: readonly Syllable[];
  /** The break that follows. */
  readonly breakAfter: BreakLevel;
}

/** One symbol of the acoustic model's input, emotion and speaker left to the voice. */
export interface SymbolToken extends Span {
  readonly sy: string;
  readonly tone: string;
  readonly syllableFlag: string;
  readonly wordSegment: string;
}

export interface Sentence extends Span {
  /** Exactly what was written: `text.slice(start, end)` of the input. */
  readonly text: string;
  /** As it is spoken. */
  readonly normalized: string;
  readonly words: readonly ProsodicWord[];
  readonly symbols: readonly SymbolToken[];
}

/** Something in the text that was not spoken as written; nothing is ever dropped in silence. */
export interface TextWarning extends Span {
  readonly code: 'character_unknown' | 'reading_invalid';
  readonly text: string;
}

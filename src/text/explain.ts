import type { Analyser, TextOptions } from './analyse.ts';
import type { ProsodicWord, Sentence, Span, Syllable, TextWarning } from './sentence.ts';
import { formatSymbolLine } from './symbols/line.ts';

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

/** Reads a text and tells what each stage made of it. Never throws; the lexicon of `options` comes before the analyser's. */
export function explainText(analyser: Analyser, text: string, options: TextOptions = {}): Explanation {
  const sentences: Sentence[] = [];
  const warnings: TextWarning[] = [];
  for (const analysed of analyser.sentences(text, options)) {
    sentences.push(analysed.sentence);
    warnings.push(...analysed.warnings);
  }
  return {
    text,
    normalized: sentences.map((sentence) => sentence.normalized).join(''),
    sentences: sentences.map(sentenceOf),
    syllables: sentences.flatMap((sentence) => sentence.words.flatMap(({ syllables }) => syllables.map(syllableOf))),
    warnings,
  };
}

function sentenceOf({ text, start, end, words, symbols }: Sentence): ExplainedSentence {
  return {
    text,
    start,
    end,
    words: words.map(wordOf),
    annotated: words.map((word) => `${word.text}#${word.breakAfter}`).join(''),
    symbols: formatSymbolLine(symbols, 'emotion_neutral', 'F7'),
  };
}

function wordOf({ text, start, end, syllables }: ProsodicWord): ExplainedWord {
  return { text, start, end, pinyin: syllables.map(({ pinyin }) => pinyin) };
}

function syllableOf({ text, start, end, reading, pinyin, by }: Syllable): ExplainedSyllable {
  return { char: text, start, end, reading, pinyin, by };
}

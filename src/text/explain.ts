import type { Analyser, TextOptions } from './analyse.ts';
import type { ExplainedSentence, ExplainedSyllable, ExplainedWord, Explanation } from './explanation.ts';
import type { ProsodicWord, Sentence, Syllable, TextWarning } from './sentence.ts';
import { formatSymbolLine } from './symbols/line.ts';

/**
 * Reads a text and tells what each stage made of it. Never throws; the lexicon of `options` comes before the
 * analyser's.
 */
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

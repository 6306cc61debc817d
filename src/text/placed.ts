import { LangduError } from '../errors.ts';
import type { Analysed } from './analyse.ts';
import type { Sentence, Span, TextWarning } from './sentence.ts';

/** A sentence that has sound, in its text; without one, what is behind the last. */
export interface PlacedSentence {
  readonly sentence?: Sentence;
  /** Counted from 0 over those that have sound. What is behind the last has its index: −1 where there is none. */
  readonly place: Span & { readonly index: number };
  /** The text between the one before and it. */
  readonly between: string;
  /** What could not be spoken since the one before. */
  readonly warnings: readonly TextWarning[];
}

/** Who reads texts. */
export interface Reader<Request> {
  /** Text → sentences of symbols. */
  analyse(request: Request): AsyncIterable<Analysed> | Iterable<Analysed>;
}

/**
 * The sentences of a text that have sound, and last of all what is behind them. Throws `text_empty`, and what reading
 * throws.
 */
export async function* placeSentences<Request extends { readonly text: string }>(
  reader: Reader<Request>,
  request: Request,
): AsyncGenerator<PlacedSentence> {
  const { text } = request;
  if (text.trim() === '') throw new LangduError('text_empty');
  let skipped: TextWarning[] = [];
  let index = 0;
  let spokenTo = 0;
  for await (const { sentence, warnings } of reader.analyse(request)) {
    skipped.push(...warnings);
    if (sentence.symbols.length === 0) continue;
    const { start, end } = sentence;
    yield { sentence, place: { index, start, end }, between: text.slice(spokenTo, start), warnings: skipped };
    skipped = [];
    index += 1;
    spokenTo = end;
  }
  const place = { index: index - 1, start: spokenTo, end: text.length };
  yield { place, between: text.slice(spokenTo), warnings: skipped };
}

/** The sentences a text would be spoken in, without speaking them: their places, and how many symbols they are. */
export async function* outline<Request extends { readonly text: string }>(
  reader: Reader<Request>,
  request: Request,
): AsyncGenerator<PlacedSentence['place'] & { readonly symbols: number }> {
  for await (const { place, sentence } of placeSentences(reader, request)) {
    if (sentence !== undefined) yield { ...place, symbols: sentence.symbols.length };
  }
}

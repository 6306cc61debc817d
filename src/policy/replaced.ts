import { LangduError } from '../errors.ts';
import { edit } from '../text/edit.ts';
import type { Lexicon } from '../text/lexicon.ts';
import { sentences } from '../text/sentences.ts';

/** A text with the words of a lexicon replaced, as it will be spoken. */
export interface Replaced {
  readonly text: string;
  /** The span of the source that a span of `text` stands for. */
  toSource(start: number, end: number): { readonly start: number; readonly end: number };
}

/** A stretch of the replaced text: a sentence, or what stands between two. */
interface Piece {
  readonly at: number;
  /** Places in the source of a span of the piece, counted from its start. */
  readonly toSource: (span: { readonly start: number; readonly end: number }) => { start: number; end: number };
}

/** A word of one character may stand for hundreds; a whole book of such words would not fit in memory. */
const MOST_TIMES = 2;
const MOST_ADDED = 10_000;

/**
 * Replaces words sentence by sentence, as synthesis does. Undefined where the lexicon changes nothing. Yields now and
 * then. Throws `request_invalid` where the text would become more than twice as long, and 10,000 units.
 */
export function* replaceWords(text: string, lexicon: Lexicon): Generator<void, Replaced | undefined> {
  const pieces: Piece[] = [];
  let replaced = '';
  let copied = 0;
  const copy = (to: number) => {
    const from = copied;
    pieces.push({ at: replaced.length, toSource: ({ start, end }) => ({ start: from + start, end: from + end }) });
    replaced += text.slice(from, to);
    copied = to;
  };
  for (const sentence of sentences(text)) {
    const edited = edit(text, sentence, [lexicon], () => true);
    if (edited !== undefined) {
      copy(sentence.start);
      pieces.push({ at: replaced.length, toSource: edited.toSource });
      replaced += edited.text;
      if (replaced.length > MOST_TIMES * text.length + MOST_ADDED) throw tooLong();
      copied = sentence.end;
    }
    yield;
  }
  if (pieces.length === 0) return undefined;
  copy(text.length);
  const placeOf = (start: number, end: number) => {
    const { at, toSource } = pieces[pieceAt(pieces, start)]!;
    return toSource({ start: start - at, end: end - at });
  };
  return {
    text: replaced,
    toSource: (start, end) => ({ start: placeOf(start, start + 1).start, end: placeOf(end - 1, end).end }),
  };
}

function tooLong(): LangduError {
  const problem = `lexicon: its replacements make the text more than ${MOST_TIMES} times as long`;
  return new LangduError('request_invalid', { problem });
}

/** The last piece that begins at or before a place. */
function pieceAt(pieces: readonly Piece[], place: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.at <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

import { setImmediate as giveWay } from 'node:timers/promises';
import { type Chapter, ChapterPlacer, findChapters } from '../subtitles/chapters.ts';
import { placeSentence, type SpokenSentence } from '../subtitles/timeline.ts';
import { type SubtitleFormat, SubtitleWriter } from '../subtitles/write.ts';
import { BETWEEN_ITEMS, type JobRequest } from './job.ts';
import type { TimedRecord } from './timings.ts';

/** Characters of a piece, about: so much is written before others have their turn. */
const PIECE = 16 * 1024;

/**
 * Subtitles of a job, in pieces: those of a book take seconds to write and are never all in memory. Places are of the
 * items' texts joined by an empty line. Items with a title are chapters; when none has one, the headings in the text
 * are.
 */
export async function* jobSubtitles(
  format: SubtitleFormat,
  request: JobRequest,
  records: AsyncIterable<TimedRecord>,
): AsyncGenerator<string> {
  const text = request.items.map((item) => item.text).join(BETWEEN_ITEMS);
  const begins = beginsOf(request);
  const writer = new SubtitleWriter(format, text);
  const chapters = new ChapterPlacer(chaptersOf(request, begins, text));
  let piece = writer.begin();
  let [index, seconds] = [0, 0];
  for await (const { item, sentence, timing, length, sampleRate } of records) {
    if (sentence !== undefined && timing !== undefined) {
      const spoken = shifted(placeSentence({ ...sentence, index }, timing, seconds), begins[item]!);
      index += 1;
      chapters.add(spoken);
      piece += writer.add(spoken);
    }
    seconds += length / sampleRate;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
    await giveWay();
  }
  yield piece + writer.end(chapters.end());
}

/** Where each item begins in the joined text. */
function beginsOf({ items }: JobRequest): readonly number[] {
  let at = 0;
  return items.map(({ text }) => {
    const begin = at;
    at += text.length + BETWEEN_ITEMS.length;
    return begin;
  });
}

function chaptersOf({ items }: JobRequest, begins: readonly number[], text: string): Chapter[] {
  const titled = items.flatMap(({ title }, index) =>
    title === undefined ? [] : [{ title, start: begins[index]!, end: begins[index + 1] ?? text.length }],
  );
  return titled.length > 0 ? titled : findChapters(text);
}

function shifted(sentence: SpokenSentence, by: number): SpokenSentence {
  const move = <T extends { readonly start: number; readonly end: number }>(span: T): T => ({
    ...span,
    start: span.start + by,
    end: span.end + by,
  });
  return { ...move(sentence), words: sentence.words.map(move), phones: sentence.phones.map(move) };
}

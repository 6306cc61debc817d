import { findChapters, placeChapters, type SpokenChapter } from '../subtitles/chapters.ts';
import { placeSentence, type SpokenSentence } from '../subtitles/timeline.ts';
import type { SpokenText } from '../subtitles/write.ts';
import { BETWEEN_ITEMS, type JobRequest } from './job.ts';
import type { TimedRecord } from './timings.ts';

/**
 * What of a job is heard when. Places are of the items' texts joined by an empty line. Items with a title are chapters;
 * when none has one, the headings in the text are.
 */
export async function spokenText(request: JobRequest, records: AsyncIterable<TimedRecord>): Promise<SpokenText> {
  const begins: number[] = [];
  let text = '';
  for (const item of request.items) {
    if (begins.length > 0) text += BETWEEN_ITEMS;
    begins.push(text.length);
    text += item.text;
  }
  const sentences: SpokenSentence[] = [];
  const chapters: SpokenChapter[] = [];
  let seconds = 0;
  for await (const { item, sentence, timing, length, sampleRate } of records) {
    if (sentence !== undefined && timing !== undefined) {
      const placed = placeSentence({ ...sentence, index: sentences.length }, timing, seconds);
      sentences.push(shifted(placed, begins[item]!));
    }
    seconds += length / sampleRate;
  }
  for (const [index, item] of request.items.entries()) {
    if (item.title === undefined) continue;
    const [start, end] = [begins[index]!, begins[index + 1] ?? text.length];
    chapters.push(...placeChapters([{ title: item.title, start, end }], sentences));
  }
  const titled = request.items.some((item) => item.title !== undefined);
  return { text, sentences, chapters: titled ? chapters : placeChapters(findChapters(text), sentences) };
}

function shifted(sentence: SpokenSentence, by: number): SpokenSentence {
  const move = <T extends { readonly start: number; readonly end: number }>(span: T): T => ({
    ...span,
    start: span.start + by,
    end: span.end + by,
  });
  return { ...move(sentence), words: sentence.words.map(move), phones: sentence.phones.map(move) };
}

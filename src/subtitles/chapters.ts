import type { TimedSpan } from '../speech.ts';
import type { Span } from '../text/sentence.ts';
import type { SpokenSentence } from './timeline.ts';

/** A part of a long text, from its heading to the next one. */
export interface Chapter extends Span {
  readonly title: string;
}

export interface SpokenChapter extends Chapter, TimedSpan {}

/** A heading stands on a line of its own: 第三章 归来, Chapter 3, 楔子, `## 归来`. */
const HEADING = new RegExp(
  [
    '^[ \\t\\u3000]*(?:',
    '#{1,3}[ \\t]+\\S.{0,60}',
    '|第[ ]?[0-9０-９零〇一二两三四五六七八九十百千]{1,9}[ ]?[章回节卷部集篇幕话](?:[ \\t\\u3000：:、.·—-]+[^。！？\\n]{0,40}|[^，。！？；：\\n]{0,20})',
    '|(?:chapter|part|book)[ ]+(?:\\d{1,4}|[ivxlc]{1,8})(?:[ \\t:.—-]+[^\\n]{0,60})?',
    '|(?:序|序章|序言|前言|楔子|引子|尾声|后记|番外|附录|终章)(?:[ \\t\\u3000：:][^。！？\\n]{0,40})?',
    ')[ \\t\\u3000]*$',
  ].join(''),
  'gimu',
);

/** The chapters of a text by its headings; none when it has none. What stands before the first is in no chapter. */
export function findChapters(text: string): Chapter[] {
  const headings = [...text.matchAll(HEADING)];
  return headings.map((heading, i) => ({
    title: heading[0].trim().replace(/^#+\s*/, ''),
    start: heading.index,
    end: headings[i + 1]?.index ?? text.length,
  }));
}

/** When each chapter is heard. A chapter of which nothing is spoken is left out. */
export function placeChapters(chapters: readonly Chapter[], sentences: readonly SpokenSentence[]): SpokenChapter[] {
  const placed: SpokenChapter[] = [];
  let at = 0;
  for (const chapter of chapters) {
    while (at < sentences.length && sentences[at]!.start < chapter.start) at += 1;
    const first = sentences[at];
    while (at < sentences.length && sentences[at]!.start < chapter.end) at += 1;
    const last = sentences[at - 1];
    if (first === undefined || first.start >= chapter.end || last === undefined) continue;
    // A chapter goes on until the next one is heard, through the pause between them.
    placed.push({ ...chapter, from: first.from, to: sentences[at]?.from ?? last.to });
  }
  return placed;
}

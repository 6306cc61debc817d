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
export function placeChapters(chapters: readonly Chapter[], sentences: Iterable<SpokenSentence>): SpokenChapter[] {
  const placer = new ChapterPlacer(chapters);
  for (const sentence of sentences) placer.add(sentence);
  return placer.end();
}

/** The same as the sentences come, in order. Chapters are in order, too, with or without text between them. */
export class ChapterPlacer {
  readonly #chapters: readonly Chapter[];
  readonly #placed: SpokenChapter[] = [];
  /** Which chapter we are in or before, and the first and last of its sentences so far. */
  #at = 0;
  #first: SpokenSentence | undefined;
  #last: SpokenSentence | undefined;

  constructor(chapters: readonly Chapter[]) {
    this.#chapters = chapters;
  }

  add(sentence: SpokenSentence): void {
    while (this.#at < this.#chapters.length && sentence.start >= this.#chapters[this.#at]!.end) {
      this.#close(sentence.from);
    }
    const chapter = this.#chapters[this.#at];
    if (chapter === undefined || sentence.start < chapter.start) return;
    this.#first ??= sentence;
    this.#last = sentence;
  }

  end(): SpokenChapter[] {
    if (this.#last !== undefined) this.#close(this.#last.to);
    return this.#placed;
  }

  /** @param to a chapter goes on until the next sentence is heard, through the pause between them */
  #close(to: number): void {
    if (this.#first !== undefined) this.#placed.push({ ...this.#chapters[this.#at]!, from: this.#first.from, to });
    this.#first = undefined;
    this.#last = undefined;
    this.#at += 1;
  }
}

import type { SpokenChapter } from './chapters.ts';
import { CueMaker, type CueOptions } from './cues.ts';
import type { SpokenSentence } from './timeline.ts';

export const subtitleFormats = ['json', 'srt', 'vtt'] as const;
export type SubtitleFormat = (typeof subtitleFormats)[number];

export interface SpokenText {
  readonly text: string;
  readonly sentences: readonly SpokenSentence[];
  readonly chapters?: readonly SpokenChapter[];
}

/** Subtitles as a file, of the extension that the format is called. */
export function writeSubtitles(format: SubtitleFormat, spoken: SpokenText, options?: CueOptions): string {
  const writer = new SubtitleWriter(format, spoken.text, options);
  const parts = [writer.begin()];
  for (const sentence of spoken.sentences) parts.push(writer.add(sentence));
  parts.push(writer.end(spoken.chapters));
  return parts.join('');
}

/** Subtitles as the sentences come, in order: what `begin`, `add` and `end` give, one behind the other, is the file. */
export class SubtitleWriter {
  readonly #format: SubtitleFormat;
  readonly #text: string;
  readonly #cues: CueMaker;
  /** Cues or, in JSON, sentences written. */
  #written = 0;
  #duration = 0;

  constructor(format: SubtitleFormat, text: string, options?: CueOptions) {
    this.#format = format;
    this.#text = text;
    this.#cues = new CueMaker(text, options);
  }

  begin(): string {
    return { json: '{"sentences":[', srt: '', vtt: 'WEBVTT\n' }[this.#format];
  }

  add(sentence: SpokenSentence): string {
    if (this.#format !== 'json') return this.#writeCues(this.#cues.add(sentence));
    this.#duration = sentence.to;
    this.#written += 1;
    return `${this.#written === 1 ? '' : ','}${JSON.stringify(written(this.#text, sentence))}`;
  }

  /** @param chapters of JSON alone */
  end(chapters: readonly SpokenChapter[] = []): string {
    if (this.#format !== 'json') return this.#writeCues(this.#cues.end());
    const rest = { duration: this.#duration, ...(chapters.length === 0 ? {} : { chapters }) };
    return `],${JSON.stringify(rest).slice(1)}`;
  }

  #writeCues(cues: Iterable<TimedLines>): string {
    const write = this.#format === 'srt' ? srtCue : vttCue;
    let text = '';
    for (const cue of cues) {
      this.#written += 1;
      text += write(this.#written, cue);
    }
    return text;
  }
}

interface TimedLines {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** SubRip. It has no escapes; an arrow in the text would begin another cue, so it is written as one character. */
function srtCue(number: number, { from, to, lines }: TimedLines): string {
  const text = lines.join('\n').replaceAll('-->', '→');
  return `${number}\n${clock(from, ',')} --> ${clock(to, ',')}\n${text}\n\n`;
}

/** WebVTT (W3C), behind its heading. */
export function vttCue(number: number, { from, to, lines }: TimedLines): string {
  const escaped = (line: string) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `\n${number}\n${clock(from, '.')} --> ${clock(to, '.')}\n${lines.map(escaped).join('\n')}\n`;
}

/** All that is known of a sentence: its words and symbols, each with its place in the text and its time in seconds. */
function written(text: string, { words, ...sentence }: SpokenSentence) {
  const of = <T extends { readonly start: number; readonly end: number }>(span: T) => ({
    text: text.slice(span.start, span.end),
    ...span,
  });
  return { ...of(sentence), words: words.map(of) };
}

/** `01:02:03,456`; rounded to milliseconds as a whole, so that 59.9996 s is a minute. */
function clock(seconds: number, point: ',' | '.'): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${rest}`;
}

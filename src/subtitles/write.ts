import type { SpokenChapter } from './chapters.ts';
import { type CueOptions, cuesOf } from './cues.ts';
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
  if (format === 'json') return writeJson(spoken);
  const cues = cuesOf(spoken.text, spoken.sentences, options);
  return format === 'srt' ? writeSrt(cues) : writeVtt(cues);
}

interface TimedLines {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** SubRip. It has no escapes; an arrow in the text would begin another cue, so it is written as one character. */
export function writeSrt(cues: readonly TimedLines[]): string {
  return cues
    .map(({ from, to, lines }, i) => {
      const text = lines.join('\n').replaceAll('-->', '→');
      return `${i + 1}\n${clock(from, ',')} --> ${clock(to, ',')}\n${text}\n\n`;
    })
    .join('');
}

/** WebVTT (W3C). */
export function writeVtt(cues: readonly TimedLines[]): string {
  const escaped = (line: string) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const blocks = cues.map(({ from, to, lines }, i) => {
    return `${i + 1}\n${clock(from, '.')} --> ${clock(to, '.')}\n${lines.map(escaped).join('\n')}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** All that is known: sentences, their words and symbols, each with its place in the text and its time in seconds. */
function writeJson({ text, sentences, chapters }: SpokenText): string {
  const written = <T extends { readonly start: number; readonly end: number }>(span: T) => ({
    text: text.slice(span.start, span.end),
    ...span,
  });
  return JSON.stringify({
    duration: sentences.at(-1)?.to ?? 0,
    sentences: sentences.map(({ words, ...sentence }) => ({ ...written(sentence), words: words.map(written) })),
    ...(chapters === undefined || chapters.length === 0 ? {} : { chapters }),
  });
}

/** `01:02:03,456`; rounded to milliseconds as a whole, so that 59.9996 s is a minute. */
function clock(seconds: number, point: ',' | '.'): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${rest}`;
}

import { wavHeader } from '../../../src/audio/wav.ts';
import { type SubtitleFormat, writeSubtitles } from '../../../src/subtitles/write.ts';
import { fileName } from '../choice.ts';
import { fetchFile } from '../server/speech.ts';
import { type Language, strings } from '../strings.ts';
import type { Take } from './take.ts';

/** The formats a take is saved in, as the server calls them; each is also the extension. */
export const fileFormats = ['wav', 'mp3', 'opus', 'flac', 'aac', 'pcm'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** What a take can be saved as: one that broke off only from what is here, since the server would make all of it. */
export function formatsOf(take: Take | undefined): readonly FileFormat[] {
  return take?.brokenOff ? fileFormats.filter((format) => isHere(format)) : fileFormats;
}

/** Saves a take's audio: its samples are here; what has to be encoded the server makes, from the same samples. */
export async function saveAudio(take: Take, format: FileFormat, language: Language): Promise<void> {
  const file = isHere(format) ? samplesFile(take, format) : await fetchFile(take.request, format, language);
  saveBlob(file, `${nameOf(take, language)}.${format}`);
}

function isHere(format: FileFormat): format is 'wav' | 'pcm' {
  return format === 'wav' || format === 'pcm';
}

function samplesFile({ recording }: Take, format: 'wav' | 'pcm'): Blob {
  const { samples, sampleRate } = recording;
  const header = wavHeader(sampleRate, samples.length) as Uint8Array<ArrayBuffer>;
  return new Blob(format === 'wav' ? [header, samples] : [samples]);
}

function nameOf({ request, brokenOff }: Take, language: Language): string {
  return brokenOff ? `${fileName(request.text)} (${strings[language].partial})` : fileName(request.text);
}

/** Saves a take's subtitles: all that they need is here. */
export function saveSubtitles(take: Take, format: SubtitleFormat, language: Language): void {
  const { request, sentences } = take;
  const spoken = sentences.map((sentence) => ({ ...sentence, phones: [] }));
  const file = writeSubtitles(format, { text: request.text, sentences: spoken });
  saveBlob(new Blob([file], { type: 'text/plain' }), `${nameOf(take, language)}.${format}`);
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  saveLink(url, name);
  // A browser may begin to read only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Saves what is at an address: it goes to the disk as it comes. */
export function saveLink(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

import { type SubtitleFormat, writeSubtitles } from '../../../src/subtitles/write.ts';
import { fileName } from '../choice.ts';
import { fetchFile } from '../server/speech.ts';
import type { Language } from '../strings.ts';
import type { Take } from './take.ts';

/** The formats a take is saved in, as the server calls them; each is also the extension. */
export const fileFormats = ['wav', 'mp3', 'opus', 'flac', 'aac', 'pcm'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Saves a take's audio: the server makes the file, from the same samples. */
export async function saveAudio(take: Take, format: FileFormat, language: Language): Promise<void> {
  saveBlob(await fetchFile(take.request, format, language), `${fileName(take.request.text)}.${format}`);
}

/** Saves a take's subtitles: all that they need is here. */
export function saveSubtitles({ request, sentences }: Take, format: SubtitleFormat): void {
  const spoken = sentences.map((sentence) => ({ ...sentence, phones: [] }));
  const file = writeSubtitles(format, { text: request.text, sentences: spoken });
  saveBlob(new Blob([file], { type: 'text/plain' }), `${fileName(request.text)}.${format}`);
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // A browser may begin to read only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

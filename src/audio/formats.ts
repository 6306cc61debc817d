/** The file formats speech can be written in. */
export const formatNames = ['wav', 'pcm', 'mp3', 'opus', 'flac', 'aac'] as const;
export type FormatName = (typeof formatNames)[number];

/** The sample rates a caller may ask for, in hertz. A lossless format also takes whatever rate the voice has. */
export const sampleRates = [8000, 16000, 22050, 24000, 44100, 48000] as const;

export interface FormatInfo {
  readonly name: FormatName;
  /** The media type; that of a stream may say more (`audio/pcm;rate=16000`). */
  readonly contentType: string;
  /** Of a file's name, without the dot. */
  readonly extension: string;
  /** Rates the format can carry, ascending. */
  readonly sampleRates: readonly number[];
}

export const formats: Readonly<Record<FormatName, FormatInfo>> = {
  wav: { name: 'wav', contentType: 'audio/wav', extension: 'wav', sampleRates },
  pcm: { name: 'pcm', contentType: 'audio/pcm', extension: 'pcm', sampleRates },
  mp3: { name: 'mp3', contentType: 'audio/mpeg', extension: 'mp3', sampleRates },
  // Opus codes at these rates (and 12 kHz) and no others; a decoder's output is always 48 kHz.
  opus: { name: 'opus', contentType: 'audio/ogg', extension: 'opus', sampleRates: [8000, 16000, 24000, 48000] },
  flac: { name: 'flac', contentType: 'audio/flac', extension: 'flac', sampleRates },
  aac: { name: 'aac', contentType: 'audio/aac', extension: 'aac', sampleRates },
};

/** Formats whose samples come back as they went in: any rate can be written, and nothing overshoots. */
export const lossless: readonly FormatName[] = ['wav', 'pcm', 'flac'];

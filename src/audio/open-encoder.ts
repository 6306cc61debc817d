import { AacEncoder } from './aac/encode.ts';
import type { Encoder } from './encoder.ts';
import { FlacEncoder } from './flac/encode.ts';
import type { FormatName } from './formats.ts';
import { Mp3Encoder } from './mp3/encode.ts';
import { OpusEncoder } from './opus/encode.ts';
import { PcmEncoder } from './pcm16.ts';
import { WavEncoder } from './wav.ts';

/** An encoder for one stream. @param bitrate in kbit/s, of formats that have one; both rates must be the format's. */
export async function openEncoder(format: FormatName, sampleRate: number, bitrate: number): Promise<Encoder> {
  switch (format) {
    case 'wav':
      return new WavEncoder(sampleRate);
    case 'pcm':
      return new PcmEncoder();
    case 'flac':
      return new FlacEncoder(sampleRate);
    case 'mp3':
      return await Mp3Encoder.open(sampleRate, bitrate);
    case 'opus':
      return new OpusEncoder(sampleRate, bitrate);
    case 'aac':
      return await AacEncoder.open(sampleRate, bitrate);
  }
}

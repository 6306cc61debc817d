import type { Encoder } from './encoder.ts';
import { toPcm16 } from './pcm16.ts';

/** Length of the header `wavHeader` writes: RIFF, fmt and the start of data, in bytes. */
export const WAV_HEADER_BYTES = 44;

const BYTES_PER_SAMPLE = 2;
const UNKNOWN = 0xffffffff;

/**
 * The header of a mono 16-bit WAV, 44 bytes. Without `samples` the sizes are 0xFFFFFFFF, which players and ffmpeg read
 * as "until the stream ends"; so is a length that does not fit the format's 32 bits (37 hours at 16 kHz).
 */
export function wavHeader(sampleRate: number, samples?: number): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const data = samples === undefined ? UNKNOWN : samples * BYTES_PER_SAMPLE;
  const riff = data + WAV_HEADER_BYTES - 8;
  const known = riff < UNKNOWN;
  ascii(bytes, 0, 'RIFF');
  view.setUint32(4, known ? riff : UNKNOWN, true);
  ascii(bytes, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true); // length of the fmt chunk
  view.setUint16(20, 1, true); // integer PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * BYTES_PER_SAMPLE, true);
  view.setUint16(32, BYTES_PER_SAMPLE, true);
  view.setUint16(34, BYTES_PER_SAMPLE * 8, true);
  ascii(bytes, 36, 'data');
  view.setUint32(40, known ? data : UNKNOWN, true);
  return bytes;
}

/**
 * Encodes a WAV as its samples come: `start()`, then `encode()` for each piece. A stream ends there; a file has
 * `header()` written over its first bytes, which by then knows the length.
 */
export class WavEncoder implements Encoder {
  readonly sampleRate: number;
  #samples = 0;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
  }

  /** The header of a stream whose length nobody knows yet. */
  start(): Uint8Array {
    return wavHeader(this.sampleRate);
  }

  /** @param samples `[n]`, −1 … 1 */
  encode(samples: Float32Array): Uint8Array {
    this.#samples += samples.length;
    return new Uint8Array(toPcm16(samples).buffer);
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }

  close(): void {}

  /** The header with the length of everything encoded so far. */
  header(): Uint8Array {
    return wavHeader(this.sampleRate, this.#samples);
  }

  /** Length of everything encoded so far. */
  get seconds(): number {
    return this.#samples / this.sampleRate;
  }
}

function ascii(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i += 1) bytes[offset + i] = text.charCodeAt(i);
}

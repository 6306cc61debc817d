import type { Encoder } from '../encoder.ts';
import { infoFrame, samplesPerFrame } from './info-frame.ts';
import { giveBackLame, type Lame, type LameOptions, takeLame } from './lame.ts';

/** Samples of silence that LAME puts before the audio (ENCDELAY). Decoders add 529 of their own, and know it. */
const DELAY = 576;

/**
 * MP3 of a constant bit rate, mono, by LAME. A file gets its exact length from `header()`; a stream is cut at the start
 * only.
 */
export class Mp3Encoder implements Encoder {
  readonly #sampleRate: number;
  readonly #bitrate: number;
  readonly #lead: Uint8Array;
  #lame: Lame | undefined;
  #samples = 0;
  #bytes = 0;
  #ended = false;

  private constructor(lame: Lame, sampleRate: number, bitrate: number) {
    this.#lame = lame;
    this.#sampleRate = sampleRate;
    this.#bitrate = bitrate;
    this.#lead = infoFrame(sampleRate, bitrate, DELAY);
  }

  /** @param bitrate in kbit/s, one of the format's */
  static async open(sampleRate: number, bitrate: number): Promise<Mp3Encoder> {
    const options = { channels: 1, sampleRate, outputSampleRate: sampleRate, bitrate } as LameOptions;
    return new Mp3Encoder(await takeLame(options), sampleRate, bitrate);
  }

  start(): Uint8Array {
    return new Uint8Array(this.#lead); // a copy: its length is needed at the end
  }

  encode(samples: Float32Array): Uint8Array {
    this.#samples += samples.length;
    return samples.length === 0 ? new Uint8Array(0) : this.#copy(this.#open().encode([samples]));
  }

  end(): Uint8Array {
    this.#ended = true;
    return this.#copy(this.#open().finalize());
  }

  header(): Uint8Array | undefined {
    if (!this.#ended) return undefined;
    const size = samplesPerFrame(this.#sampleRate);
    // Frames differ by a byte at 22.05 and 44.1 kHz, so that on the whole the rate is kept to less than a frame.
    const frames = Math.round((this.#bytes * this.#sampleRate) / (size * this.#bitrate * 125));
    const padding = frames * size - DELAY - this.#samples;
    return infoFrame(this.#sampleRate, this.#bitrate, DELAY, {
      frames,
      bytes: this.#bytes + this.#lead.length,
      padding,
    });
  }

  close(): void {
    if (this.#lame !== undefined) giveBackLame(this.#lame);
    this.#lame = undefined;
  }

  #open(): Lame {
    if (this.#lame === undefined) throw new Error('the MP3 stream is closed');
    return this.#lame;
  }

  /** The encoder's own buffer is only good until the next call. */
  #copy(bytes: Uint8Array): Uint8Array {
    this.#bytes += bytes.length;
    return bytes.slice();
  }
}

import { createHash } from 'node:crypto';
import { Blocks } from '../blocks.ts';
import type { Encoder } from '../encoder.ts';
import { toPcm16 } from '../pcm16.ts';
import { BitWriter } from './bits.ts';
import { flacFrame } from './frame.ts';

/** What STREAMINFO says of a stream once it is known. */
interface Totals {
  readonly smallest: number;
  readonly largest: number;
  readonly samples: number;
  readonly md5: Uint8Array;
}

const STREAMINFO_BYTES = 34;

/**
 * FLAC of 16 bits, mono, by fixed and linear predictors (RFC 9639). A stream says that its length and check sum are
 * unknown; a file gets both from `header()`.
 */
export class FlacEncoder implements Encoder {
  readonly #sampleRate: number;
  readonly #blocks: Blocks;
  readonly #md5 = createHash('md5');
  #frames = 0;
  #samples = 0;
  #smallest = 0;
  #largest = 0;
  #totals: Totals | undefined;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
    // Some 50 to 70 ms: larger blocks save a per cent and delay the first audio.
    this.#blocks = new Blocks(sampleRate < 16000 ? 576 : sampleRate < 32000 ? 1152 : 2304);
  }

  start(): Uint8Array {
    return this.#head(undefined);
  }

  encode(samples: Float32Array): Uint8Array {
    return Buffer.concat(this.#blocks.push(samples).map((block) => this.#frame(block)));
  }

  end(): Uint8Array {
    const rest = this.#blocks.rest();
    const bytes = rest.length > 0 ? this.#frame(rest) : new Uint8Array(0);
    this.#totals = {
      smallest: this.#smallest,
      largest: this.#largest,
      samples: this.#samples,
      md5: this.#md5.digest(),
    };
    return bytes;
  }

  header(): Uint8Array | undefined {
    return this.#totals === undefined ? undefined : this.#head(this.#totals);
  }

  close(): void {}

  #frame(block: Float32Array): Uint8Array {
    const pcm = toPcm16(block);
    this.#md5.update(new Uint8Array(pcm.buffer));
    const frame = flacFrame(pcm, this.#frames, this.#sampleRate);
    this.#frames += 1;
    this.#samples += pcm.length;
    this.#smallest = this.#smallest === 0 ? frame.length : Math.min(this.#smallest, frame.length);
    this.#largest = Math.max(this.#largest, frame.length);
    return frame;
  }

  /** The stream's marker and its one metadata block; what is unknown is zero. */
  #head(totals: Totals | undefined): Uint8Array {
    const bits = new BitWriter();
    for (const letter of 'fLaC') bits.write(letter.charCodeAt(0), 8);
    bits.write(0x80, 8); // the last metadata block, STREAMINFO
    bits.write(STREAMINFO_BYTES, 24);
    bits.write(this.#blocks.size, 16);
    bits.write(this.#blocks.size, 16);
    bits.write(totals?.smallest ?? 0, 24);
    bits.write(totals?.largest ?? 0, 24);
    bits.write(this.#sampleRate, 20);
    bits.write(0, 3); // one channel
    bits.write(15, 5); // 16 bits
    const samples = totals === undefined || totals.samples >= 2 ** 36 ? 0 : totals.samples;
    bits.write(Math.floor(samples / 2 ** 18), 18);
    bits.write(samples % 2 ** 18, 18);
    for (const byte of totals?.md5 ?? new Uint8Array(16)) bits.write(byte, 8);
    return bits.bytes().slice();
  }
}

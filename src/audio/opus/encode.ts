import { Blocks } from '../blocks.ts';
import type { Encoder } from '../encoder.ts';
import { toPcm16 } from '../pcm16.ts';
import { GET_LOOKAHEAD, type LibOpusEncoder, openLibOpus, SET_BITRATE, SET_COMPLEXITY } from './libopus.ts';
import { BEGINNING, END, oggPage } from './ogg.ts';

const FRAMES_PER_SECOND = 50;
/** Ogg counts Opus at this rate, whatever went in. */
const GRANULE_RATE = 48000;
/** The first frames leave alone, so that sound starts at once; then a page holds a fifth of a second. */
const SINGLE_FRAMES = 5;
const FRAMES_PER_PAGE = 10;
/** Of 0 to 10: beyond this the sound of speech gains little, and takes half as long again. */
const COMPLEXITY = 5;

/** Opus in Ogg (RFC 7845), mono, 20 ms a frame, variable bit rate around the one asked for. */
export class OpusEncoder implements Encoder {
  readonly #encoder: LibOpusEncoder;
  readonly #sampleRate: number;
  readonly #blocks: Blocks;
  /** Granules a decoder drops at the start: what the encoder looks ahead. */
  readonly #preSkip: number;
  readonly #perFrame = GRANULE_RATE / FRAMES_PER_SECOND;
  #packets: Uint8Array[] = [];
  #frames = 0;
  #samples = 0;
  #pages = 0;
  #closed = false;

  /** @param bitrate in kbit/s */
  constructor(sampleRate: number, bitrate: number) {
    this.#sampleRate = sampleRate;
    this.#blocks = new Blocks(sampleRate / FRAMES_PER_SECOND);
    this.#encoder = openLibOpus(sampleRate);
    this.#encoder.ctl(SET_BITRATE, bitrate * 1000);
    this.#encoder.ctl(SET_COMPLEXITY, COMPLEXITY);
    this.#preSkip = (this.#encoder.ctl(GET_LOOKAHEAD) * GRANULE_RATE) / sampleRate;
  }

  start(): Uint8Array {
    return Buffer.concat([
      this.#page([identification(this.#sampleRate, this.#preSkip)], BEGINNING, 0),
      this.#page([comments()], 0, 0),
    ]);
  }

  encode(samples: Float32Array): Uint8Array {
    this.#samples += samples.length;
    const pages: Uint8Array[] = [];
    for (const block of this.#blocks.push(samples)) {
      this.#frame(block);
      if (this.#frames <= SINGLE_FRAMES || this.#packets.length === FRAMES_PER_PAGE) {
        pages.push(this.#audio(0, this.#frames * this.#perFrame));
      }
    }
    return Buffer.concat(pages);
  }

  /** Frames of silence until the last sample is through the look-ahead; the last page says where the audio ends. */
  end(): Uint8Array {
    const length = this.#preSkip + (this.#samples * GRANULE_RATE) / this.#sampleRate;
    const padded = new Float32Array(this.#blocks.size);
    padded.set(this.#blocks.rest());
    while (this.#frames * this.#perFrame < length) {
      this.#frame(padded);
      padded.fill(0);
    }
    return this.#audio(END, length);
  }

  header(): undefined {
    return undefined;
  }

  close(): void {
    this.#closed = true;
    this.#encoder.drop();
  }

  #frame(block: Float32Array): void {
    // libopus would write through a null pointer.
    if (this.#closed) throw new Error('the Opus stream is closed');
    this.#packets.push(this.#encoder.encode(toPcm16(block)));
    this.#frames += 1;
  }

  #audio(flags: number, granule: number): Uint8Array {
    return this.#page(this.#packets.splice(0), flags, granule);
  }

  #page(packets: readonly Uint8Array[], flags: number, granule: number): Uint8Array {
    const page = oggPage(packets, flags, this.#pages, granule);
    this.#pages += 1;
    return page;
  }
}

function identification(sampleRate: number, preSkip: number): Uint8Array {
  const bytes = Buffer.alloc(19);
  bytes.write('OpusHead', 'latin1');
  bytes[8] = 1; // version
  bytes[9] = 1; // channels
  bytes.writeUInt16LE(preSkip, 10);
  bytes.writeUInt32LE(sampleRate, 12);
  return bytes;
}

function comments(): Uint8Array {
  const vendor = 'libopus';
  const bytes = Buffer.alloc(16 + vendor.length);
  bytes.write('OpusTags', 'latin1');
  bytes.writeUInt32LE(vendor.length, 8);
  bytes.write(vendor, 12, 'latin1');
  return bytes;
}

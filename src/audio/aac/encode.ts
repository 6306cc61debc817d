import { Blocks } from '../blocks.ts';
import type { Encoder } from '../encoder.ts';
import { adtsFrame } from './adts.ts';
import { type LibAvCodec, openLibAvCodec } from './libavcodec.ts';

/**
 * AAC-LC in ADTS, mono. ADTS has no place for a length: a decoder's output begins with one frame (1024 samples) of
 * silence and ends on a whole frame.
 */
export class AacEncoder implements Encoder {
  readonly #codec: LibAvCodec;
  readonly #sampleRate: number;
  readonly #blocks: Blocks;
  #context: number;
  #time = 0;

  private constructor(codec: LibAvCodec, sampleRate: number, bitrate: number) {
    this.#codec = codec;
    this.#sampleRate = sampleRate;
    this.#context = codec._init_encoder(1, sampleRate, bitrate * 1000);
    if (this.#context === 0) throw new Error('libavcodec has no memory for an AAC stream');
    this.#blocks = new Blocks(codec._get_encoder_frame_size(this.#context));
  }

  /** @param bitrate in kbit/s */
  static async open(sampleRate: number, bitrate: number): Promise<AacEncoder> {
    return new AacEncoder(await openLibAvCodec(), sampleRate, bitrate);
  }

  start(): Uint8Array {
    return new Uint8Array(0);
  }

  encode(samples: Float32Array): Uint8Array {
    return Buffer.concat(this.#blocks.push(samples).flatMap((block) => this.#frame(block)));
  }

  end(): Uint8Array {
    const last = new Float32Array(this.#blocks.size);
    const held = this.#blocks.rest();
    last.set(held);
    const frames = held.length > 0 || this.#time === 0 ? this.#frame(last) : [];
    this.#codec._flush_encoder_start(this.#context);
    return Buffer.concat([...frames, ...this.#packets()]);
  }

  header(): undefined {
    return undefined;
  }

  close(): void {
    if (this.#context !== 0) this.#codec._close_encoder(this.#context);
    this.#context = 0;
  }

  #frame(block: Float32Array): Uint8Array[] {
    if (this.#context === 0) throw new Error('the AAC stream is closed');
    const place = this.#codec._get_encode_input_ptr(this.#context, block.byteLength);
    if (place === 0) throw new Error('libavcodec has no memory for an AAC frame');
    this.#codec.HEAPU8.set(new Uint8Array(block.buffer), place);
    const failed = this.#codec._send_frame(this.#context, BigInt(this.#time));
    if (failed < 0) throw new Error(`libavcodec does not encode: ${failed}`);
    this.#time += block.length;
    return this.#packets();
  }

  #packets(): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (;;) {
      const size = this.#codec._receive_packet(this.#context);
      if (size < 0) throw new Error(`libavcodec does not encode: ${size}`);
      if (size === 0) return packets;
      const place = this.#codec._get_encoded_data(this.#context);
      packets.push(adtsFrame(this.#codec.HEAPU8.subarray(place, place + size), this.#sampleRate));
    }
  }
}

import { createRequire } from 'node:module';

/** libopus as WebAssembly; the package types its native twin only, which is never loaded here. */
interface LibOpus {
  readonly Encoder: new (options: { channels: 1; application: 'audio'; sample_rate: number }) => LibOpusEncoder;
}

export interface LibOpusEncoder {
  /** Without a value reads the setting. */
  ctl(setting: number, value?: number): number;
  /** @returns one packet, its own array. */
  encode(frame: Int16Array): Uint8Array;
  /** Frees the encoder's memory. Idempotent. */
  drop(): void;
}

/** `opus_encoder_ctl` requests (opus_defines.h). */
export const SET_BITRATE = 4002;
export const SET_COMPLEXITY = 4010;
export const GET_LOOKAHEAD = 4027;

const load = createRequire(import.meta.url);
let library: LibOpus | undefined;

/** Compiled on first use, once a thread. */
export function openLibOpus(sampleRate: number): LibOpusEncoder {
  library ??= load('@evan/opus/wasm/index.js') as LibOpus;
  return new library.Encoder({ channels: 1, application: 'audio', sample_rate: sampleRate });
}

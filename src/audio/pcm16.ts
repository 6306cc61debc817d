import type { Encoder } from './encoder.ts';

/**
 * Samples −1 … 1 as 16-bit integers, rounded to the nearest; what lies outside is clipped, never wrapped, and NaN is
 * silence. No dither: at 16 bits the networks' own noise floor is far above the rounding error.
 *
 * @param samples `[n]`
 * @returns `[n]`, in the machine's byte order (little-endian on every platform onnxruntime runs on)
 */
export function toPcm16(samples: Float32Array): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) {
    const value = samples[i]! * 32767;
    pcm[i] = value >= 32767 ? 32767 : value <= -32767 ? -32767 : Math.round(value);
  }
  return pcm;
}

/** Bare samples: 16-bit little-endian, mono, nothing around them. */
export class PcmEncoder implements Encoder {
  start(): Uint8Array {
    return new Uint8Array(0);
  }

  encode(samples: Float32Array): Uint8Array {
    return new Uint8Array(toPcm16(samples).buffer);
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }

  header(): undefined {
    return undefined;
  }

  close(): void {}
}

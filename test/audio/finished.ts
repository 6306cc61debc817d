import { type OutputOptions, openFinisher } from '../../src/audio/finish.ts';
import { Resampler } from '../../src/audio/resample.ts';
import { concatenate } from '../../src/float-arrays.ts';

export interface Finished {
  /** The bytes as they came. */
  readonly stream: Buffer;
  /** The same with `head()` over their first. */
  readonly file: Buffer;
  readonly extension: string;
  readonly sampleRate: number;
}

/** A whole speech through a finisher, cut into pieces of these lengths in turn; each array of pieces is one sentence. */
export async function finished(
  voiceRate: number,
  options: OutputOptions,
  sentences: readonly Float32Array[],
  lengths: readonly number[] = [4000],
): Promise<Finished> {
  const finisher = await openFinisher(voiceRate, options);
  try {
    const parts: Uint8Array[] = [];
    let turn = 0;
    for (const sentence of sentences) {
      let at = 0;
      do {
        const length = lengths[turn % lengths.length]!;
        turn += 1;
        const piece = sentence.slice(at, at + length);
        at += length;
        parts.push(finisher.push(piece, at >= sentence.length ? 'sentence' : undefined));
        piece.fill(Number.NaN); // a finisher that kept a reference would show it
      } while (at < sentence.length);
    }
    parts.push(finisher.end());
    const stream = Buffer.concat(parts);
    const file = Buffer.from(stream);
    file.set(finisher.head() ?? [], 0);
    return { stream, file, extension: finisher.extension, sampleRate: finisher.sampleRate };
  } finally {
    finisher.close();
  }
}

export function resampled(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const resampler = new Resampler(from, to);
  return concatenate([resampler.push(samples), resampler.end()]);
}

/** Signal over difference in decibels, where both stand. */
export function signalToNoise(signal: Float32Array, other: Float32Array): number {
  let power = 0;
  let noise = 0;
  for (let i = 0; i < signal.length; i += 1) {
    power += signal[i]! ** 2;
    noise += (signal[i]! - (other[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(power / noise);
}

/** The largest step from one sample to the next. */
export function largestStep(samples: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < samples.length; i += 1) largest = Math.max(largest, Math.abs(samples[i]! - samples[i - 1]!));
  return largest;
}

export function peak(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

import { concatenate } from '../float-arrays.ts';
import type { DecoderLane } from './decode.ts';
import type { AcousticModel } from './model.ts';
import { Postnet } from './postnet.ts';
import type { Regulated } from './regulate.ts';

/** Consecutive frames of a sentence's mel. */
export interface MelPiece {
  /** `[n, mels]`; an NSF voice's two last columns are normalised f0 and voicing. */
  readonly frames: Float32Array;
  readonly last: boolean;
}

/** Makes the next steps of a sentence, alone or with others': `[steps · r, mels]`. */
export type DecodeSteps = (lane: DecoderLane, steps: number) => Promise<Float32Array>;

/**
 * A sentence's mel, piece by piece: the decoder runs only as far as the next piece needs. `sizes` says how many frames
 * each piece should have; its last value holds for all that follow. `lane` is the sentence's, from `openLane`.
 */
export async function* predict(
  model: AcousticModel,
  regulated: Regulated,
  lane: DecoderLane,
  sizes: readonly number[],
  decodeSteps: DecodeSteps,
): AsyncGenerator<MelPiece> {
  const { mels, outputsPerStep } = model.spec;
  const postnet = new Postnet(model);
  let decoded = 0;
  let due = model.spec.postnet.lookAhead;
  for (let index = 0; decoded < regulated.frames; index += 1) {
    due += sizes[Math.min(index, sizes.length - 1)]!;
    const wanted = Math.min(due, regulated.frames) - decoded;
    let frames: Float32Array = new Float32Array(0);
    if (wanted > 0) {
      const made = await decodeSteps(lane, Math.ceil(wanted / outputsPerStep));
      // The last step's padding to r is dropped before the postnet, whose look-ahead it would be in.
      const kept = Math.min(made.length / mels, regulated.frames - decoded);
      frames = made.subarray(0, kept * mels);
      decoded += kept;
    }
    const last = decoded >= regulated.frames;
    const mel = postnet.push(concatenate([frames]), last);
    if (mel.length > 0 || last) yield { frames: mel, last };
  }
}

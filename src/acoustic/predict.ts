import { concatenate } from '../float-arrays.ts';
import { Decoder, openLane } from './decode.ts';
import type { AcousticModel } from './model.ts';
import { Postnet } from './postnet.ts';
import type { Regulated } from './regulate.ts';

/** Consecutive frames of a sentence's mel. */
export interface MelPiece {
  /** `[n, mels]`; an NSF voice's two last columns are normalised f0 and voicing. */
  readonly frames: Float32Array;
  readonly last: boolean;
}

/**
 * A sentence's mel, piece by piece: the decoder runs only as far as the next piece needs. `sizes` says how many frames
 * each piece should have; its last value holds for all that follow.
 */
export function* predict(model: AcousticModel, regulated: Regulated, sizes: readonly number[]): Generator<MelPiece> {
  const { mels } = model.spec;
  const decoder = new Decoder(model, [openLane(model, regulated)]);
  const postnet = new Postnet(model);
  let decoded = 0;
  let due = model.spec.postnet.lookAhead;
  for (let index = 0; decoded < regulated.frames; index += 1) {
    due += sizes[Math.min(index, sizes.length - 1)]!;
    const parts: Float32Array[] = [];
    while (decoded < Math.min(due, regulated.frames)) {
      const frames = decoder.next().get(0)!;
      // The last step's padding to r is dropped before the postnet, whose look-ahead it would be in.
      const kept = Math.min(frames.length / mels, regulated.frames - decoded);
      parts.push(frames.subarray(0, kept * mels));
      decoded += kept;
    }
    const last = decoded >= regulated.frames;
    const mel = postnet.push(concatenate(parts), last);
    if (mel.length > 0 || last) yield { frames: mel, last };
  }
}

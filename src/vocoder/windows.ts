import type { VocoderModel } from './model.ts';
import { vocoderLookAhead } from './vocode.ts';

/**
 * How much mel to hand on at a time. Small first, so that sound starts at once; each piece then sounds for longer than
 * the next takes to make, until the pieces are so large that what windows repeat at their edges no longer counts.
 */
const AUDIBLE_FRAMES = [8, 24, 72, 216];

/** Frames of each piece; the first also carries the vocoder's look-ahead, without which nothing could leave. */
export function pieceSizes(model: VocoderModel): number[] {
  return AUDIBLE_FRAMES.map((frames, index) => (index === 0 ? frames + vocoderLookAhead(model) : frames));
}

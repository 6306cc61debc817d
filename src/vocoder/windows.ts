import type { VocoderModel } from './model.ts';
import { vocoderLookAhead } from './vocode.ts';

/**
 * How much mel to hand on at a time. Small first, so that sound starts at once; each piece then sounds for longer than
 * the next takes to make. The last size is where larger pieces gain little (2 % at twice the size, measured on the full-size
 * voice), and small enough that a worker's requests take turns, and one that is hung up on ends, within a fraction of a second.
 */
const AUDIBLE_FRAMES = [4, 12, 36, 72];

/** Frames of each piece; the first also carries the vocoder's look-ahead, without which nothing could leave. */
export function pieceSizes(model: VocoderModel): number[] {
  return AUDIBLE_FRAMES.map((frames, index) => (index === 0 ? frames + vocoderLookAhead(model) : frames));
}

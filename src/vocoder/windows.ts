import type { VocoderModel } from './model.ts';
import { vocoderLookAhead } from './vocode.ts';

/**
 * How much mel to hand on at a time. Small first, so that sound starts at once; each piece then sounds for longer than
 * the next takes to make. The last size is where larger pieces gain little, and small enough that whoever comes new
 * waits for a fraction of a tenth of a second for a worker's turn to end.
 */
const AUDIBLE_FRAMES = [3, 12, 36, 48];

/** Frames of each piece; the first also carries the vocoder's look-ahead, without which nothing could leave. */
export function pieceSizes(model: VocoderModel): number[] {
  return AUDIBLE_FRAMES.map((frames, index) => (index === 0 ? frames + vocoderLookAhead(model) : frames));
}

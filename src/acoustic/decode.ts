import { release } from '../inference/release.ts';
import { type FloatTensor, floats, integers } from '../inference/session.ts';
import { Scratch } from '../scratch.ts';
import { joinRows, MemoryRows } from './memory-rows.ts';
import type { AcousticModel, AcousticSpec } from './model.ts';
import type { Regulated } from './regulate.ts';

/** Attention windows are padded to a multiple of this, so that a batch sums in the same order as one sentence alone. */
const WINDOW_MULTIPLE = 8;

/** The past of those that step together. */
const pasts = new Scratch();

/** A sentence in the decoder, between two calls. */
export interface DecoderLane {
  readonly steps: number;
  readonly band: number;
  /** Rows of the past and of the memory that a step looks at, its own with them. */
  readonly window: number;
  readonly memory: MemoryRows;
  /** Keys and values of the steps before, newest first. `[2·layers, heads, window − 1, headWidth]` */
  readonly past: Float32Array;
  /** What the last step yielded. `[r·mels]` */
  readonly frames: Float32Array;
  /** Steps done. */
  step: number;
}

export function openLane(model: AcousticModel, regulated: Regulated): DecoderLane {
  const { steps, band, memory } = regulated;
  const { decoder, mels, outputsPerStep } = model.spec;
  const units = decoder.heads * decoder.headWidth;
  const window = Math.ceil((band + 1) / WINDOW_MULTIPLE) * WINDOW_MULTIPLE;
  return {
    steps,
    band,
    window,
    memory: new MemoryRows(memory, steps, (2 * decoder.layers + 1) * units),
    past: new Float32Array(2 * decoder.layers * decoder.heads * (window - 1) * decoder.headWidth),
    frames: new Float32Array(mels * outputsPerStep),
    step: 0,
  };
}

/**
 * Steps sentences through the autoregressive decoder together (docs/networks.md §3.4): a step reads all of its weights
 * for microseconds of arithmetic, so the second sentence is nearly free. Every lane's frames equal those it has alone,
 * whoever else is there and however its steps are divided among calls.
 *
 * @param count steps to make; a lane that has fewer left makes those
 * @returns the frames of each lane, `[steps made · r, mels]`
 */
export function decodeTogether(model: AcousticModel, lanes: readonly DecoderLane[], count: number): Float32Array[] {
  const outputs = lanes.map((lane) => new Float32Array(Math.min(count, lane.steps - lane.step) * lane.frames.length));
  let active = lanes.filter((lane) => lane.step < lane.steps);
  const begun = new Map(lanes.map((lane) => [lane, lane.step]));
  for (let made = 0; made < count && active.length > 0; ) {
    // Until the first of them ends nothing about the batch changes.
    const together = Math.min(count - made, ...active.map((lane) => lane.steps - lane.step));
    const batch = new Batch(model, active, together);
    for (let step = 0; step < together; step += 1) {
      const frames = batch.next();
      active.forEach((lane, row) => {
        const width = lane.frames.length;
        const at = (lane.step - begun.get(lane)! + step) * width;
        outputs[lanes.indexOf(lane)]!.set(frames.subarray(row * width, (row + 1) * width), at);
      });
    }
    batch.leave();
    made += together;
    active = active.filter((lane) => lane.step < lane.steps);
  }
  return outputs;
}

/** Lanes side by side for as many steps as all of them have. */
class Batch {
  private readonly model: AcousticModel;
  private readonly lanes: readonly DecoderLane[];
  private readonly window: number;
  private readonly rows: FloatTensor;
  /** Row of `rows` that is each lane's row 0. */
  private readonly offsets: readonly number[];
  private frames: FloatTensor;
  private readonly past: FloatTensor;
  private made = 0;

  constructor(model: AcousticModel, lanes: readonly DecoderLane[], steps: number) {
    this.model = model;
    this.lanes = lanes;
    this.window = Math.max(...lanes.map((lane) => lane.window));
    const { rows, offsets } = joinRows(model, lanes, steps + this.window);
    this.rows = rows;
    this.offsets = offsets;
    const { decoder } = model.spec;
    const dims = [2 * decoder.layers, lanes.length, decoder.heads, this.window - 1, decoder.headWidth];
    // Zeros: what is masked counts as nothing only where it is a number.
    this.past = floats(pasts.take(dims.reduce((product, extent) => product * extent, 1)).fill(0), dims);
    const width = lanes[0]!.frames.length;
    const frames = new Float32Array(lanes.length * width);
    lanes.forEach((lane, row) => {
      frames.set(lane.frames, row * width);
      copyPast(model.spec, lane, this.past, row, 'in');
    });
    this.frames = floats(frames, [lanes.length, width]);
  }

  /** One step of every lane: `[lanes, r·mels]`. */
  next(): Float32Array {
    const batch = this.lanes.length;
    const results = this.model.step.run(
      {
        frames: this.frames,
        past: this.past,
        rows: this.rows,
        window: integers(this.windowRows(), [batch, this.window]),
        mask: floats(this.mask(), [batch, 1, 1, 2 * this.window]),
      },
      ['frames_out', 'newest'],
    );
    release(this.frames.data);
    this.frames = results.frames_out!;
    this.remember(results.newest!.data);
    release(results.newest!.data);
    this.made += 1;
    return this.frames.data;
  }

  /** The newest row of the past enters, the oldest leaves. */
  private remember(newest: Float32Array): void {
    const { headWidth } = this.model.spec.decoder;
    const past = this.past.data;
    const block = (this.window - 1) * headWidth;
    // All blocks at once: what that moves into a block from the one before is overwritten.
    past.copyWithin(headWidth, 0);
    for (let from = 0, to = 0; to < past.length; from += headWidth, to += block) {
      for (let i = 0; i < headWidth; i += 1) past[to + i] = newest[from + i]!;
    }
  }

  /** Gives every lane back what it goes on from. */
  leave(): void {
    this.lanes.forEach((lane, row) => {
      const width = lane.frames.length;
      lane.frames.set(this.frames.data.subarray(row * width, (row + 1) * width));
      copyPast(this.model.spec, lane, this.past, row, 'out');
      lane.step += this.made;
      lane.memory.forget(lane.step);
    });
  }

  /**
   * Rows of `rows` that each lane's step sees, nearest first; past the sentence's end any row will do, it is masked.
   */
  private windowRows(): Int32Array {
    const out = new Int32Array(this.lanes.length * this.window);
    this.lanes.forEach((lane, row) => {
      for (let j = 0; j < this.window; j += 1) {
        const at = Math.min(lane.step + this.made + j, lane.steps - 1);
        out[row * this.window + j] = this.offsets[row]! + at;
      }
    });
    return out;
  }

  /** 0 where a lane may look, −∞ where it may not: first its past, newest first, then its memory. */
  private mask(): Float32Array {
    const out = new Float32Array(this.lanes.length * 2 * this.window).fill(Number.NEGATIVE_INFINITY);
    this.lanes.forEach(({ steps, band, step }, row) => {
      const now = step + this.made;
      const start = row * 2 * this.window;
      out.fill(0, start, start + Math.min(now, band) + 1);
      out.fill(0, start + this.window, start + this.window + Math.min(steps - 1 - now, band) + 1);
    });
    return out;
  }
}

/** Moves a lane's past into its row of the batch's, or back; what the batch's longer window adds is masked. */
function copyPast(
  { decoder }: AcousticSpec,
  lane: DecoderLane,
  past: FloatTensor,
  row: number,
  way: 'in' | 'out',
): void {
  const own = (lane.window - 1) * decoder.headWidth;
  const wide = past.dims[3]! * decoder.headWidth;
  const lanes = past.dims[1]!;
  for (let layer = 0; layer < 2 * decoder.layers; layer += 1) {
    for (let head = 0; head < decoder.heads; head += 1) {
      const from = (layer * decoder.heads + head) * own;
      const to = ((layer * lanes + row) * decoder.heads + head) * wide;
      if (way === 'in') past.data.set(lane.past.subarray(from, from + own), to);
      else lane.past.set(past.data.subarray(to, to + own), from);
    }
  }
}

import { type FloatTensor, floats, integers } from '../inference/session.ts';
import type { AcousticModel } from './model.ts';
import type { Regulated } from './regulate.ts';

/** Attention windows are padded to a multiple of this, so that a batch sums in the same order as one sentence alone. */
const WINDOW_MULTIPLE = 8;

/** A sentence ready for the decoder. */
export interface DecoderLane {
  readonly steps: number;
  readonly band: number;
  /** What the step graph reads of the memory. `[S, (2·layers + 1)·units]` */
  readonly rows: FloatTensor;
}

export function openLane(model: AcousticModel, regulated: Regulated): DecoderLane {
  const { steps, band, memory } = regulated;
  const width = memory.length / steps;
  const { rows } = model.memory.run({ memory: floats(memory, [steps, width]) }, ['rows']);
  return { steps, band, rows: rows! };
}

/**
 * Steps several sentences through the autoregressive decoder together (kan-tts/README.md §3.4): a step reads all of its
 * weights for microseconds of arithmetic, so the second sentence is nearly free. Every lane's frames equal those it has alone.
 */
export class Decoder {
  private readonly model: AcousticModel;
  private readonly lanes: readonly DecoderLane[];
  private readonly window: number;
  private readonly rows: FloatTensor;
  private readonly offsets: number[] = [];
  private frames: FloatTensor;
  private past: FloatTensor;
  private active: number[];
  private step = 0;

  constructor(model: AcousticModel, lanes: readonly DecoderLane[]) {
    this.model = model;
    this.lanes = lanes;
    const { decoder, mels, outputsPerStep } = model.spec;
    const longest = Math.max(...lanes.map((lane) => lane.band)) + 1;
    this.window = Math.ceil(longest / WINDOW_MULTIPLE) * WINDOW_MULTIPLE;
    this.rows = joinRows(lanes, this.offsets);
    this.active = lanes.flatMap((lane, index) => (lane.steps > 0 ? [index] : []));
    const batch = this.active.length;
    const pastDims = [2 * decoder.layers, batch, decoder.heads, this.window - 1, decoder.headWidth];
    this.past = floats(new Float32Array(pastDims.reduce((product, extent) => product * extent, 1)), pastDims);
    this.frames = floats(new Float32Array(batch * mels * outputsPerStep), [batch, mels * outputsPerStep]);
  }

  /** The next frames of every lane that is not done, `[r, mels]` each, by lane; empty when all are. */
  next(): Map<number, Float32Array> {
    const staying = this.active.filter((lane) => this.lanes[lane]!.steps > this.step);
    if (staying.length < this.active.length) this.drop(staying);
    if (staying.length === 0) return new Map();
    const batch = staying.length;
    const results = this.model.step.run(
      {
        frames: this.frames,
        past: this.past,
        rows: this.rows,
        window: integers(this.windowRows(), [batch, this.window]),
        mask: floats(this.mask(), [batch, 1, 1, 2 * this.window]),
      },
      ['frames_out', 'past_out'],
    );
    this.frames = results.frames_out!;
    this.past = results.past_out!;
    this.step += 1;
    const width = this.frames.data.length / batch;
    return new Map(staying.map((lane, row) => [lane, this.frames.data.subarray(row * width, (row + 1) * width)]));
  }

  /** Rows of `rows` that each lane's step sees, nearest first; past the sentence's end any row will do, it is masked. */
  private windowRows(): Int32Array {
    const out = new Int32Array(this.active.length * this.window);
    this.active.forEach((lane, row) => {
      const { steps } = this.lanes[lane]!;
      for (let j = 0; j < this.window; j += 1) {
        out[row * this.window + j] = this.offsets[lane]! + Math.min(this.step + j, steps - 1);
      }
    });
    return out;
  }

  /** 0 where a lane may look, −∞ where it may not: first its past, newest first, then its memory. */
  private mask(): Float32Array {
    const out = new Float32Array(this.active.length * 2 * this.window).fill(Number.NEGATIVE_INFINITY);
    this.active.forEach((lane, row) => {
      const { steps, band } = this.lanes[lane]!;
      const start = row * 2 * this.window;
      out.fill(0, start, start + Math.min(this.step, band) + 1);
      out.fill(0, start + this.window, start + this.window + Math.min(steps - 1 - this.step, band) + 1);
    });
    return out;
  }

  /** Lanes that are done leave the batch. */
  private drop(staying: number[]): void {
    const rows = staying.map((lane) => this.active.indexOf(lane));
    this.frames = pick(this.frames, 0, rows);
    this.past = pick(this.past, 1, rows);
    this.active = staying;
  }
}

function joinRows(lanes: readonly DecoderLane[], offsets: number[]): FloatTensor {
  if (lanes.length === 1) {
    offsets.push(0);
    return lanes[0]!.rows;
  }
  const width = lanes[0]!.rows.dims[1]!;
  const total = lanes.reduce((sum, lane) => sum + lane.steps, 0);
  const data = new Float32Array(total * width);
  let offset = 0;
  for (const lane of lanes) {
    offsets.push(offset);
    data.set(lane.rows.data, offset * width);
    offset += lane.steps;
  }
  return floats(data, [total, width]);
}

/** The given entries along one axis. */
function pick(tensor: FloatTensor, axis: number, entries: readonly number[]): FloatTensor {
  const outer = tensor.dims.slice(0, axis).reduce((product, extent) => product * extent, 1);
  const inner = tensor.dims.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const extent = tensor.dims[axis]!;
  const data = new Float32Array(outer * entries.length * inner);
  for (let o = 0; o < outer; o += 1) {
    entries.forEach((entry, to) => {
      const from = (o * extent + entry) * inner;
      data.set(tensor.data.subarray(from, from + inner), (o * entries.length + to) * inner);
    });
  }
  return floats(
    data,
    tensor.dims.map((value, index) => (index === axis ? entries.length : value)),
  );
}

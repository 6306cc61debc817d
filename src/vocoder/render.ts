import { release } from '../inference/release.ts';
import { floats, type Tensor } from '../inference/session.ts';
import { StreamingRun } from '../inference/stream.ts';
import { Scratch } from '../scratch.ts';
import { SignalBuffer } from './buffer.ts';
import type { VocoderModel, VocoderSpec } from './model.ts';

/** What the stage whose turn it is reads, and the excitation of all of them. */
const [inputs, excitations] = [new Scratch(), new Scratch()];

/**
 * Frames of mel to samples, in pieces of any size; joined, the samples equal those of the whole sentence in one piece.
 */
export class Renderer {
  private readonly model: VocoderModel;
  private readonly excitation: SignalBuffer | undefined;
  /** What stage i reads; the first reads mel, a row of it as one sample of a signal with a channel a column. */
  private readonly signals: readonly SignalBuffer[];
  /** The run of a stage that keeps state. */
  private readonly streams: readonly (StreamingRun | undefined)[];
  /** Input samples whose output stage i has yielded; of a stage that keeps state, those it has taken. */
  private readonly done: number[];

  constructor(model: VocoderModel) {
    this.model = model;
    const { spec } = model;
    this.excitation = spec.source === undefined ? undefined : new SignalBuffer(1, excitations);
    this.signals = spec.stages.map((stage, index) => new SignalBuffer(index === 0 ? 1 : stage.channels, inputs));
    this.streams = spec.stages.map((stage, index) =>
      stage.states.length === 0 ? undefined : new StreamingRun(model.stages[index]!, stage.states, ['y']),
    );
    this.done = spec.stages.map(() => 0);
  }

  /**
   * Takes mel `[n, mels]` with its excitation `[n · hop / bands]`, and yields every sample that no later frame can
   * change; with `last` all that are left.
   */
  push(mel: Float32Array, excitation: Float32Array | undefined, last: boolean): Float32Array {
    // Rows of mel stay together: they are `mels` samples of a signal with one channel.
    this.signals[0]!.append(mel, mel.length, 0, mel.length);
    if (excitation !== undefined) this.excitation?.append(excitation, excitation.length, 0, excitation.length);
    let output = new Float32Array(0);
    for (let index = 0; index < this.signals.length; index += 1) {
      const block = this.streams[index] === undefined ? this.slide(index, last) : this.stream(index, last);
      // Before the next has something to read: that takes the same scratch.
      this.forget(index);
      // Nothing new here, but at the end of a sentence a later stage may still hold something back.
      if (block === undefined) continue;
      const next = this.signals[index + 1];
      if (next === undefined) output = block.data.slice(block.from, block.to);
      else next.append(block.data, block.width, block.from, block.to);
      release(block.data);
    }
    this.forgetExcitation();
    return output;
  }

  /** Runs a stage that keeps state over what is new: a block `[channels, width]`. */
  private stream(index: number, last: boolean): Block | undefined {
    const stage = this.model.spec.stages[index]!;
    const available = this.available(index);
    const done = this.done[index]!;
    // Its first run must reach past everything it looks ahead, so that each of its layers yields something.
    if (available === 0 || (available === done && (!last || stage.right === 0))) return undefined;
    if (!last && done === 0 && available <= stage.right) return undefined;
    const settled = (position: number, end: boolean) =>
      (end ? position : Math.max(0, position - stage.lag)) * stage.scale;
    const from = done === 0 ? 0 : settled(done, false);
    const feeds = this.feeds(index, done, available, from, settled(available, last));
    this.done[index] = available;
    const { dims, data } = this.streams[index]!.run(feeds, last).y!;
    return { data, width: dims[3]!, from: 0, to: dims[3]! };
  }

  /** Runs a stage over a window that overlaps what it is sure of by its reach. */
  private slide(index: number, last: boolean): Block | undefined {
    const { spec, stages } = this.model;
    const stage = spec.stages[index]!;
    const final = index === spec.stages.length - 1;
    const scale = final ? stage.scale * spec.bands : stage.scale;
    const available = this.available(index);
    const done = this.done[index]!;
    const ready = last ? available : available - stage.right;
    if (ready <= done) return undefined;
    const from = Math.max(0, done - stage.left);
    const output = final ? 'samples' : 'y';
    const feeds = this.feeds(index, from, available, from * stage.scale, available * stage.scale);
    const { data } = stages[index]!.run(feeds, [output])[output]!;
    this.done[index] = ready;
    return { data, width: (available - from) * scale, from: (done - from) * scale, to: (ready - from) * scale };
  }

  /** Input samples `from … to` of a stage, and the excitation of its upsampled samples `first … end`. */
  private feeds(index: number, from: number, to: number, first: number, end: number): Record<string, Tensor> {
    const { spec } = this.model;
    const signal = this.signals[index]!;
    const feeds: Record<string, Tensor> =
      index === 0
        ? { mel: floats(signal.read(from * spec.mels, to * spec.mels), [1, to - from, spec.mels]) }
        : { x: floats(signal.read(from, to), [1, signal.channels, 1, to - from]) };
    if (this.excitation === undefined) return feeds;
    const rate = excitationRate(spec, index);
    const [before, after] = this.streams[index] === undefined ? [0, 0] : excitationPadding(spec, rate);
    const data = this.excitation.read(first * rate - before, end * rate + after);
    return { ...feeds, excitation: floats(data, [1, 1, 1, data.length]) };
  }

  private available(index: number): number {
    const { end } = this.signals[index]!;
    return index === 0 ? end / this.model.spec.mels : end;
  }

  /** The first input sample that stage `index` will read again. */
  private oldest(index: number): number {
    const done = this.done[index]!;
    return this.streams[index] === undefined ? Math.max(0, done - this.model.spec.stages[index]!.left) : done;
  }

  private forget(index: number): void {
    const position = this.oldest(index);
    this.signals[index]!.forget(index === 0 ? position * this.model.spec.mels : position);
  }

  private forgetExcitation(): void {
    if (this.excitation === undefined) return;
    const { spec } = this.model;
    const heard = spec.stages.map(({ scale, lag, states }, index) => {
      const rate = excitationRate(spec, index);
      const position = this.oldest(index);
      const upsampled = Math.max(0, states.length === 0 ? position : position - lag) * scale * rate;
      return Math.max(0, upsampled - 2 * rate);
    });
    this.excitation.forget(Math.min(...heard));
  }
}

/** Samples `from … to` of a block `[channels, width]`. */
interface Block {
  readonly data: Float32Array;
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

/** Samples of excitation to one upsampled sample of stage `index`. */
function excitationRate(spec: VocoderSpec, index: number): number {
  return spec.stages.slice(index + 1).reduce((product, stage) => product * stage.scale, 1);
}

/** What the convolution that brings the excitation down looks at beside a span. */
function excitationPadding(spec: VocoderSpec, rate: number): [number, number] {
  if (rate === 1) return [0, 0];
  return spec.causal ? [2 * rate - 1, 1 - rate] : [rate / 2, rate / 2];
}

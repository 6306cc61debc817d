import { floats } from '../inference/session.ts';
import { SignalBuffer } from './buffer.ts';
import type { VocoderModel, VocoderSpec } from './model.ts';

/** Frames of mel to samples, in pieces of any size; joined, the samples equal those of the whole sentence in one piece. */
export class Renderer {
  private readonly model: VocoderModel;
  private readonly mel: SignalBuffer;
  private readonly excitation: SignalBuffer | undefined;
  /** What stage i reads; stage 0 reads `mel`. */
  private readonly signals: SignalBuffer[];
  /** Output samples stage i has yielded. */
  private readonly done: number[];

  constructor(model: VocoderModel) {
    this.model = model;
    const { spec } = model;
    this.mel = new SignalBuffer(1);
    this.excitation = spec.source === undefined ? undefined : new SignalBuffer(1);
    this.signals = spec.stages.map((stage, index) => (index === 0 ? this.mel : new SignalBuffer(stage.channels)));
    this.done = spec.stages.map(() => 0);
  }

  /**
   * Takes mel `[n, mels]` with its excitation `[n · hop / bands]`, and yields every sample that no later frame can change;
   * with `last` all that are left.
   */
  push(mel: Float32Array, excitation: Float32Array | undefined, last: boolean): Float32Array {
    // A row of mel is `mels` samples of a one-channel signal: rows stay together.
    this.mel.append(mel, mel.length, 0, mel.length);
    if (excitation !== undefined) this.excitation?.append(excitation, excitation.length, 0, excitation.length);
    const { stages } = this.model.spec;
    let output = new Float32Array(0);
    for (let index = 0; index < stages.length; index += 1) {
      const block = this.advance(index, last);
      if (block === undefined) return output;
      const next = this.signals[index + 1];
      if (next === undefined) output = block.data.slice(block.from, block.to);
      else next.append(block.data, block.width, block.from, block.to);
    }
    this.forget();
    return output;
  }

  /** Runs stage `index` over what became possible: a block `[channels, width]` whose samples `from … to` are new. */
  private advance(index: number, last: boolean) {
    const { spec } = this.model;
    const stage = spec.stages[index]!;
    const available = this.end(index);
    const scale = index === spec.stages.length - 1 ? stage.scale * spec.bands : stage.scale;
    const readyInput = last ? available : available - stage.right;
    const doneInput = this.done[index]! / scale;
    if (readyInput <= doneInput) return undefined;
    const from = Math.max(0, doneInput - stage.left);
    const to = Math.min(available, readyInput + stage.right);
    const data = this.run(index, from, to);
    const width = (to - from) * scale;
    this.done[index] = readyInput * scale;
    return { data, width, from: (doneInput - from) * scale, to: (readyInput - from) * scale };
  }

  private run(index: number, from: number, to: number): Float32Array {
    const { spec, stages } = this.model;
    const count = to - from;
    const feeds =
      index === 0
        ? { mel: floats(this.mel.read(from * spec.mels, to * spec.mels), [1, count, spec.mels]) }
        : { x: floats(this.signals[index]!.read(from, to), [1, this.signals[index]!.channels, 1, count]) };
    const output = index === spec.stages.length - 1 ? 'samples' : 'y';
    if (this.excitation === undefined) return stages[index]!.run(feeds, [output])[output]!.data;
    const rate = excitationRate(spec, index);
    const excitation = this.excitation.read(from * rate, to * rate);
    const driven = { ...feeds, excitation: floats(excitation, [1, 1, 1, excitation.length]) };
    return stages[index]!.run(driven, [output])[output]!.data;
  }

  private end(index: number): number {
    return index === 0 ? this.mel.end / this.model.spec.mels : this.signals[index]!.end;
  }

  private forget(): void {
    const { spec } = this.model;
    const oldest = spec.stages.map((stage, index) => {
      const scale = index === spec.stages.length - 1 ? stage.scale * spec.bands : stage.scale;
      return Math.max(0, this.done[index]! / scale - stage.left);
    });
    oldest.forEach((position, index) => {
      this.signals[index]!.forget(index === 0 ? position * spec.mels : position);
    });
    this.excitation?.forget(Math.min(...oldest.map((position, index) => position * excitationRate(spec, index))));
  }
}

/** Samples of excitation to one input sample of stage `index`. */
function excitationRate(spec: VocoderSpec, index: number): number {
  return spec.stages.slice(index).reduce((product, stage) => product * stage.scale, 1);
}

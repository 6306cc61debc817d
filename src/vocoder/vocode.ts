import type { VocoderModel } from './model.ts';
import { Renderer } from './render.ts';
import { Source, splitPitch } from './source.ts';

export interface VocodeOptions {
  /** Scales f0 on its way in; only a voice with a source has f0. */
  readonly pitch: number;
  readonly seed: number;
  /** In place of the drawn excitation, `[frames · hop / bands]`: how the reference's is compared. */
  readonly excitation?: Float32Array | undefined;
}

/** One sentence through the vocoder: the acoustic model's frames in, samples out. */
export class Vocoder {
  private readonly model: VocoderModel;
  private readonly options: VocodeOptions;
  private readonly renderer: Renderer;
  private readonly source: Source | undefined;
  private given = 0;

  constructor(model: VocoderModel, options: VocodeOptions) {
    this.model = model;
    this.options = options;
    this.renderer = new Renderer(model);
    const { source, hop, bands } = model.spec;
    this.source = source && new Source(source, hop / bands, options.seed);
  }

  /** Takes frames `[n, mels]`, with f0 and voicing in an NSF voice, and yields the samples that are settled. */
  push(frames: Float32Array, last: boolean): Float32Array {
    const { spec } = this.model;
    if (spec.source === undefined || this.source === undefined) return this.renderer.push(frames, undefined, last);
    const { mel, pitch } = splitPitch(frames, spec.mels, spec.source, this.options.pitch);
    const size = pitch.f0.length * (spec.hop / spec.bands);
    const excitation = this.options.excitation?.subarray(this.given, this.given + size) ?? this.source.push(pitch);
    this.given += size;
    return this.renderer.push(mel, excitation, last);
  }
}

/** Frames that a sample depends on after its own: what must be there before the first sample can leave. */
export function vocoderLookAhead(model: VocoderModel): number {
  let frames = 0;
  let rate = 1;
  for (const stage of model.spec.stages) {
    frames += stage.right / rate;
    rate *= stage.scale;
  }
  return Math.ceil(frames);
}

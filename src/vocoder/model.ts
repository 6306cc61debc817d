import type { RunnableGraph } from '../inference/session.ts';
import type { StreamStates } from '../inference/stream.ts';

/** How HiFi-GAN is laid out; part of `voice.json`. */
export interface VocoderSpec {
  /** Mel columns it reads. */
  readonly mels: number;
  /** Samples a frame. */
  readonly hop: number;
  /**
   * In order; each is one graph. `left` and `right`: input samples it must see around a span
   * (importer/vocoder/reach.ts).
   */
  readonly stages: readonly {
    readonly channels: number;
    readonly scale: number;
    readonly left: number;
    readonly right: number;
    /** What it keeps from run to run; none of a stage that takes windows. */
    readonly states: StreamStates;
    /** Input samples that must be there before its upsampling yields the first of its own. */
    readonly lag: number;
  }[];
  /** Looks only back: its layers pad on the left. */
  readonly causal: boolean;
  /** Sub-bands that the last stage joins. */
  readonly bands: number;
  /** Present when the vocoder is driven by an excitation (NSF). */
  readonly source: SourceSpec | undefined;
}

export interface SourceSpec {
  /** Of the excitation; the rate f0 is in relation to. */
  readonly samplingRate: number;
  /** Weights of the fundamental and its harmonics, and the bias, of the layer that mixes them. */
  readonly weights: readonly number[];
  readonly bias: number;
  /** How the acoustic model's f0 column becomes Hz: f0 · scale + offset. */
  readonly f0: { readonly scale: number; readonly offset: number };
}

export interface VocoderModel {
  readonly spec: VocoderSpec;
  readonly stages: readonly RunnableGraph[];
}

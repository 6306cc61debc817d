import type { Session } from '../inference/session.ts';

/** What the arithmetic around Sambert's graphs needs to know of a voice; part of `voice.json`. */
export interface AcousticSpec {
  readonly embeddingDim: number;
  readonly projectionUnits: number;
  readonly speakerUnits: number;
  readonly emotionUnits: number;
  /** Mel frames a decoder step yields: r. */
  readonly outputsPerStep: number;
  /** Columns of a frame; an NSF voice adds f0 and voicing to the mel. */
  readonly mels: number;
  readonly decoder: { readonly layers: number; readonly heads: number; readonly headWidth: number };
  /** Divisors of the position inside a symbol, one a channel. `[projection]` */
  readonly durationTimescales: readonly number[];
  readonly postnet: {
    readonly lstmUnits: number;
    readonly channels: number;
    readonly layers: readonly { readonly past: number; readonly future: number; readonly residual: boolean }[];
  };
}

/** Sambert's four graphs, loaded. */
export interface AcousticModel {
  readonly spec: AcousticSpec;
  readonly encoder: Session;
  readonly memory: Session;
  readonly step: Session;
  readonly postnet: Session;
}

/** Frames the postnet must see past the one it yields. */
export function postnetLookAhead(spec: AcousticSpec): number {
  return spec.postnet.layers.reduce((sum, layer) => sum + layer.future, 0);
}

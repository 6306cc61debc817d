import type { Session } from '../inference/session.ts';
import type { StreamStates } from '../inference/stream.ts';

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
    /** Frames it must see past the one it yields. */
    readonly lookAhead: number;
    readonly states: StreamStates;
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

import type { Span, TextWarning } from './text/sentence.ts';

/** The one internal request: every dialect (HTTP, CLI, library) is translated into it, and nothing below branches on the dialect. */
export interface SpeechRequest {
  readonly text: string;
  /** A voice's name; the default voice when absent. */
  readonly voice?: string | undefined;
  /** One of the voice's speakers; its first when absent. */
  readonly speaker?: string | undefined;
  /** Emotion category without the `emotion_` prefix, such as `happy`; `neutral` when absent. */
  readonly emotion?: string | undefined;
  /** How much of the emotion, 0.01 to 2: 0 would be neutral, 1 as trained, beyond 1 exaggerated. */
  readonly intensity?: number | undefined;
  /** Speaking rate, 0.25 to 4. */
  readonly rate?: number | undefined;
  /** Pitch factor, 0.5 to 2. */
  readonly pitch?: number | undefined;
  /** Linear gain, 0 to 2. */
  readonly volume?: number | undefined;
  /** Seeds the excitation's noise; derived from the content when absent, so the same request gives the same bytes. */
  readonly seed?: number | undefined;
}

/** A piece of speech, in order: mono samples of one sentence. */
export interface SpeechChunk {
  /** `[n]`, −1 … 1. */
  readonly samples: Float32Array;
  readonly sampleRate: number;
  /** Position of the sentence in the text, and its source span. */
  readonly sentence: Span & { readonly index: number };
  /** True on the sentence's last piece. */
  readonly last: boolean;
  /** What of this sentence could not be spoken as written; on its first piece only. */
  readonly warnings: readonly TextWarning[];
}

/** What a voice offers, as `GET /api/voices` and `langdu voices` list it. */
export interface VoiceSummary {
  readonly name: string;
  readonly language: string;
  readonly sampleRate: number;
  readonly speakers: readonly string[];
  readonly emotions: readonly string[];
  /** Of `rate`, `pitch`, `volume`, `emotion`, `intensity`, `seed`: what this voice honours. */
  readonly controls: readonly string[];
  /** What its publisher says of it, for people. */
  readonly description: string;
  readonly licence: string;
  readonly credit: string;
}

/** Limits of the request's numbers, shared by every dialect's schema. */
export const limits = {
  intensity: { min: 0.01, max: 2 },
  rate: { min: 0.25, max: 4 },
  pitch: { min: 0.5, max: 2 },
  volume: { min: 0, max: 2 },
  seed: { min: 0, max: 4294967295 },
} as const;

/** Something that speaks requests: in this thread, or behind worker threads. */
export interface Speaker {
  voices(): readonly VoiceSummary[];
  /** Throws a `LangduError` on first pull when the request is not valid; stops work when `signal` aborts or the consumer returns. */
  speak(request: SpeechRequest, signal?: AbortSignal): AsyncIterable<SpeechChunk>;
  close(): Promise<void>;
}

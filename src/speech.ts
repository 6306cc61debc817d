import type { Explanation } from './text/explanation.ts';
import type { Span, TextWarning } from './text/sentence.ts';

/**
 * The one internal request: every dialect (HTTP, CLI, library) is translated into it, and nothing below branches on the
 * dialect.
 */
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
  /** The request's own words, as a lexicon file has them (text/lexicon.ts): they go before the server's. */
  readonly lexicon?: string | undefined;
}

/** `interactive`: somebody is listening. `batch` gives way to it, but is never starved. */
export type Lane = 'interactive' | 'batch';

/** How a request is to be served; nothing here changes a sample. */
export interface SpeakOptions {
  /** Work stops when it aborts: the caller has hung up. */
  readonly signal?: AbortSignal | undefined;
  /** `interactive` when absent. */
  readonly lane?: Lane | undefined;
  /** Who asks: callers get fair shares. */
  readonly caller?: string | undefined;
  /** First audio later than this is no use: refused at once with `overloaded` when it is predicted to come later. */
  readonly deadlineMs?: number | undefined;
  /**
   * Begins with this sentence, counted from 0: how a job goes on where it stopped. The chunks are those of the whole.
   */
  readonly fromSentence?: number | undefined;
  /** Kept on disk at once, where there is a cache with one, without waiting to be asked for again. */
  readonly keep?: boolean | undefined;
  /** Told once, before the first chunk. */
  readonly onPlan?: ((plan: SpeechPlan) => void) | undefined;
  /** Told once, behind the last chunk, what the cache had of all its sentences. */
  readonly onDone?: ((cache: SpeechPlan['cache']) => void) | undefined;
}

/** What is known of a request's work before its first sample. */
export interface SpeechPlan {
  /**
   * `hit`: nothing is computed; `coalesced`: all that is computed, another request computes; `partial`: some is there,
   * or all so far while the text is still being read.
   */
  readonly cache: 'hit' | 'miss' | 'coalesced' | 'partial';
  /** When its first audio comes at the latest, as was promised, in milliseconds from its arrival. */
  readonly startsInMs: number;
}

/** When a stretch of the text is heard, in seconds from the first sample of its sentence's sound (after its `lead`). */
export interface TimedSpan extends Span {
  readonly from: number;
  readonly to: number;
}

/** What a sentence's predicted durations say. */
export interface SentenceTiming {
  /** Silence in front of the sentence, in seconds; it is in the first chunk's samples. */
  readonly lead: number;
  /** Length of the sentence's sound, without the lead. */
  readonly seconds: number;
  /** Prosodic words in order; their spans are of the caller's text. */
  readonly words: readonly (TimedSpan & { readonly text: string })[];
  /** Symbols in order, pauses (`#1` …) with them. */
  readonly phones: readonly (TimedSpan & { readonly symbol: string })[];
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
  /** On the sentence's first piece: when its words are heard. */
  readonly timing?: SentenceTiming | undefined;
}

/** A sentence of a text that will be spoken: how progress is counted before anything is. */
export interface OutlinedSentence extends Span {
  readonly index: number;
  /** Symbols of the acoustic model: what its work grows with. */
  readonly symbols: number;
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

/** What of a request decides how its text is read. */
export type ExplainRequest = Pick<SpeechRequest, 'text' | 'voice' | 'lexicon'>;

/** Something that speaks requests: in this thread, or behind worker threads. */
export interface Speaker {
  voices(): readonly VoiceSummary[];
  /**
   * Throws a `LangduError` on first pull when the request is not valid; stops work when the signal aborts or the
   * consumer returns.
   */
  speak(request: SpeechRequest, options?: SpeakOptions): AsyncIterable<SpeechChunk>;
  /** Requests that have the same one get the same samples, now and while the voice stays as it is. */
  fingerprint?(request: SpeechRequest): string;
  /** The sentences `speak` would speak, in order, without speaking them. */
  outline(request: SpeechRequest, signal?: AbortSignal): AsyncIterable<OutlinedSentence>;
  /**
   * How a text would be read. Throws `request_invalid` for a lexicon that is none, and what opening the voice throws.
   */
  explain(request: ExplainRequest): Promise<Explanation>;
  close(): Promise<void>;
}

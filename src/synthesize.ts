import { delayed, pauseSamples } from './audio/join.ts';
import { Level } from './audio/level.ts';
import { LangduError } from './errors.ts';
import { inAdvance } from './in-advance.ts';
import type { OutlinedSentence, SpeakOptions, SpeechChunk, SpeechRequest } from './speech.ts';
import type { Analysed } from './text/analyse.ts';
import type { Sentence, TextWarning } from './text/sentence.ts';
import { unspeakable } from './text/unspeakable.ts';
import type { VoiceManifest } from './voice/manifest.ts';
import { resolveSettings, type VoiceSettings } from './voice/settings.ts';
import { sentenceTiming } from './voice/timing.ts';
import { prepareUtterance, type Utterance, type UtterancePiece } from './voice/utterance.ts';

/** Who does the two halves of the work: this thread (local-speaker.ts), or others, for many at once (dispatch/). */
export interface Stages {
  readonly voice: VoiceManifest;
  /** Text → sentences of symbols. */
  analyse(request: SpeechRequest): AsyncIterable<Analysed> | Iterable<Analysed>;
  /** Symbols → mel → samples. May begin when it is called, or when it is read. */
  utter(utterance: Utterance): AsyncIterable<UtterancePiece>;
  /** Sentences that are begun beyond the one that is read. */
  readonly ahead: number;
}

/**
 * Read first: the whole way of a request. Text becomes sentences of symbols, each sentence's symbols become samples (by way
 * of mel: engine/utter.ts), samples are finished and leave, piece by piece, before the sentence is done.
 *
 * Throws `LangduError`s of the request's, the text's and the voice's kinds.
 */
export async function* synthesize(
  stages: Stages,
  request: SpeechRequest,
  { signal, fromSentence = 0 }: SpeakOptions = {},
): AsyncGenerator<SpeechChunk> {
  const settings = resolveSettings(stages.voice, request);
  for await (const spoken of inAdvance(begin(stages, settings, request, fromSentence), stages.ahead)) {
    for await (const chunk of finish(stages.voice, settings, spoken)) {
      if (signal?.aborted) throw new LangduError('cancelled');
      yield chunk;
    }
  }
}

/** The sentences `synthesize` would speak, without speaking them. */
export async function* outline(
  stages: Pick<Stages, 'analyse'>,
  request: SpeechRequest,
): AsyncGenerator<OutlinedSentence> {
  let index = 0;
  for await (const { sentence } of analyse(stages, request)) {
    if (sentence.symbols.length === 0) continue;
    yield { index, start: sentence.start, end: sentence.end, symbols: sentence.symbols.length };
    index += 1;
  }
}

/** A sentence that has been begun; without pieces, what could not be spoken behind the last one. */
interface Spoken {
  readonly place: SpeechChunk['sentence'];
  /** Samples of silence in front. */
  readonly pause: number;
  readonly warnings: readonly TextWarning[];
  readonly sentence?: Sentence;
  readonly pieces?: AsyncIterable<UtterancePiece>;
}

async function* begin(
  stages: Stages,
  settings: VoiceSettings,
  request: SpeechRequest,
  fromSentence: number,
): AsyncGenerator<Spoken> {
  const { text } = request;
  let skipped: TextWarning[] = [];
  let index = 0;
  let spokenTo = 0;
  for await (const { sentence, warnings } of analyse(stages, request)) {
    skipped.push(...warnings);
    if (sentence.symbols.length === 0) continue;
    if (index >= fromSentence) {
      const between = text.slice(spokenTo, sentence.start);
      const pause = index === 0 ? 0 : pauseSamples(between, settings.rate, stages.voice.sampleRate);
      const place = { index, start: sentence.start, end: sentence.end };
      const pieces = stages.utter(prepareUtterance(stages.voice, sentence.symbols, settings));
      yield { place, pause, warnings: skipped, sentence, pieces };
    }
    skipped = [];
    index += 1;
    spokenTo = sentence.end;
  }
  if (index === 0) throw unspeakable(text, skipped);
  const behind = { index: index - 1, start: spokenTo, end: text.length };
  if (skipped.length > 0) yield { place: behind, pause: 0, warnings: skipped };
}

async function* finish(voice: VoiceManifest, settings: VoiceSettings, spoken: Spoken): AsyncGenerator<SpeechChunk> {
  const { place, pause, warnings, sentence, pieces } = spoken;
  const { sampleRate, vocoder } = voice;
  const common = { sampleRate, sentence: place };
  if (sentence === undefined || pieces === undefined) {
    yield { ...common, samples: new Float32Array(0), last: true, warnings };
    return;
  }
  const level = new Level(settings.volume, sampleRate);
  for await (const { samples, last, durations } of pieces) {
    // A copy where anything changes: the cache and other callers may hold the same samples.
    const loud = settings.volume === 1 ? samples : level.push(samples.slice(), last);
    if (durations === undefined) {
      yield { ...common, samples: loud, last, warnings: [] };
      continue;
    }
    const timing = sentenceTiming(sentence, durations, vocoder.hop / sampleRate, pause / sampleRate);
    yield { ...common, samples: delayed(loud, pause), last, warnings, timing };
  }
}

function analyse(stages: Pick<Stages, 'analyse'>, request: SpeechRequest): ReturnType<Stages['analyse']> {
  if (request.text.trim() === '') throw new LangduError('text_empty');
  return stages.analyse(request);
}

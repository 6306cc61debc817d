import { LangduError } from './errors.ts';
import { inAdvance } from './in-advance.ts';
import type { SpeakOptions, SpeechChunk, SpeechRequest } from './speech.ts';
import { placeSentences, type Reader } from './text/placed.ts';
import { unspeakable } from './text/unspeakable.ts';
import { type BegunSentence, finishSentence } from './voice/finish-sentence.ts';
import type { VoiceManifest } from './voice/manifest.ts';
import { resolveSettings, type VoiceSettings } from './voice/settings.ts';
import { prepareUtterance, type Utterance, type UtterancePiece } from './voice/utterance.ts';

/** Who does the two halves of the work: this thread (local-speaker.ts), or others, for many at once (dispatch/). */
export interface Stages extends Reader<SpeechRequest> {
  readonly voice: VoiceManifest;
  /** Symbols → mel → samples. May begin when it is called, or when it is read. */
  utter(utterance: Utterance): AsyncIterable<UtterancePiece>;
  /** The first sound is there: until then nothing behind its sentence is read. At once when absent. */
  readonly begun?: () => Promise<void> | undefined;
  /** Told when the text has been read to its end: all its sentences are begun. */
  readonly onRead?: () => void;
  /** Sentences that are begun beyond the one that is read. */
  readonly ahead: number;
}

/**
 * Read first: the whole way of a request. Text becomes sentences of symbols, each sentence's symbols become samples (by
 * way of mel: engine/utter.ts), samples are finished and leave, piece by piece, before the sentence is done.
 *
 * Throws `LangduError`s of the request's, the text's and the voice's kinds.
 */
export async function* synthesize(
  stages: Stages,
  request: SpeechRequest,
  { signal, fromSentence = 0 }: SpeakOptions = {},
): AsyncGenerator<SpeechChunk> {
  const settings = resolveSettings(stages.voice, request);
  for await (const begun of inAdvance(begin(stages, settings, request, fromSentence), stages.ahead)) {
    for await (const chunk of finishSentence(stages.voice, settings, begun)) {
      if (signal?.aborted) throw new LangduError('cancelled');
      yield chunk;
    }
  }
}

async function* begin(
  stages: Stages,
  settings: VoiceSettings,
  request: SpeechRequest,
  fromSentence: number,
): AsyncGenerator<BegunSentence> {
  for await (const placed of placeSentences(stages, request)) {
    const { sentence, place, warnings } = placed;
    if (sentence === undefined) {
      if (place.index < 0) throw unspeakable(request.text, warnings);
      if (warnings.length > 0) yield placed;
    } else if (place.index >= fromSentence) {
      yield { ...placed, pieces: stages.utter(prepareUtterance(stages.voice, sentence.symbols, settings)) };
      await stages.begun?.();
    }
  }
  stages.onRead?.();
}

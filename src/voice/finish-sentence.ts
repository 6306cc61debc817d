import { delayed, pauseSamples } from '../audio/join.ts';
import { Level } from '../audio/level.ts';
import type { SpeechChunk } from '../speech.ts';
import type { PlacedSentence } from '../text/placed.ts';
import type { VoiceManifest } from './manifest.ts';
import type { VoiceSettings } from './settings.ts';
import { sentenceTiming } from './timing.ts';
import type { UtterancePiece } from './utterance.ts';

/** A sentence that has been begun; what is behind the last one has no pieces. */
export interface BegunSentence extends PlacedSentence {
  readonly pieces?: AsyncIterable<UtterancePiece>;
}

/**
 * A sentence's sound as it leaves: as loud as was asked for, behind the pause that the text wants, with the times of
 * its words.
 */
export async function* finishSentence(
  { sampleRate, vocoder }: VoiceManifest,
  { rate, volume }: VoiceSettings,
  { place, between, warnings, sentence, pieces }: BegunSentence,
): AsyncGenerator<SpeechChunk> {
  const common = { sampleRate, sentence: place };
  if (sentence === undefined || pieces === undefined) {
    yield { ...common, samples: new Float32Array(0), last: true, warnings };
    return;
  }
  const pause = place.index === 0 ? 0 : pauseSamples(between, rate, sampleRate);
  const level = new Level(volume, sampleRate);
  for await (const { samples, last, durations } of pieces) {
    // A copy where anything changes: the cache and other callers may hold the same samples.
    const loud = volume === 1 ? samples : level.push(samples.slice(), last);
    if (durations === undefined) {
      yield { ...common, samples: loud, last, warnings: [] };
      continue;
    }
    const timing = sentenceTiming(sentence, durations, vocoder.hop / sampleRate, pause / sampleRate);
    yield { ...common, samples: delayed(loud, pause), last, warnings, timing };
  }
}

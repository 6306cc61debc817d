import { setImmediate as turn } from 'node:timers/promises';
import { encode } from './acoustic/encode.ts';
import { predict } from './acoustic/predict.ts';
import { regulate } from './acoustic/regulate.ts';
import { fadeIn, fadeOut, pauseSamples } from './audio/join.ts';
import { Level } from './audio/level.ts';
import { LangduError } from './errors.ts';
import type { OutlinedSentence, SpeakOptions, SpeechChunk, SpeechRequest } from './speech.ts';
import type { Analyser, TextOptions } from './text/analyse.ts';
import { parseLexicon } from './text/lexicon.ts';
import type { Sentence, TextWarning } from './text/sentence.ts';
import { Vocoder } from './vocoder/vocode.ts';
import { pieceSizes } from './vocoder/windows.ts';
import type { Voice } from './voice/open.ts';
import { acousticInput, resolveSettings, sentenceSeed, type VoiceSettings } from './voice/settings.ts';
import { sentenceTiming } from './voice/timing.ts';

/**
 * Read first: the whole way of a request. Text becomes sentences of symbols, a sentence becomes mel, mel becomes samples,
 * samples are finished and leave, piece by piece, before the sentence is done.
 *
 * Computes on the calling thread (workers/ puts it behind threads); between pieces it gives way to the event loop, which
 * is when an abort is seen. Throws `LangduError`s of the request's, the text's and the voice's kinds.
 */
export async function* synthesize(
  voice: Voice,
  analyser: Analyser,
  request: SpeechRequest,
  { signal, fromSentence = 0 }: SpeakOptions = {},
): AsyncGenerator<SpeechChunk> {
  if (request.text.trim() === '') throw new LangduError('text_empty');
  const settings = resolveSettings(voice.manifest, request);
  const skipped: TextWarning[] = [];
  let index = 0;
  let spokenTo = 0;
  let spoken = false;
  for (const { sentence, warnings } of analyser.sentences(request.text, lexiconOf(request))) {
    skipped.push(...warnings);
    if (sentence.symbols.length === 0) continue;
    if (index < fromSentence) {
      index += 1;
      spokenTo = sentence.end;
      spoken = true;
      skipped.length = 0;
      continue;
    }
    const between = request.text.slice(spokenTo, sentence.start);
    const pause = index === 0 ? 0 : pauseSamples(between, settings.rate, voice.manifest.sampleRate);
    const place = { index, start: sentence.start, end: sentence.end };
    for await (const piece of speakSentence(voice, sentence, settings, pause)) {
      if (signal?.aborted) throw new LangduError('cancelled');
      spoken = true;
      yield {
        ...piece,
        sampleRate: voice.manifest.sampleRate,
        sentence: place,
        warnings: skipped.splice(0),
      };
    }
    index += 1;
    spokenTo = sentence.end;
  }
  if (!spoken) throw unspeakable(request.text, skipped);
  if (skipped.length > 0) yield silentChunk(voice, index, spokenTo, request.text.length, skipped);
}

/** One sentence's samples, as they are settled; `pause` samples of silence lead. */
async function* speakSentence(voice: Voice, sentence: Sentence, settings: VoiceSettings, pause: number) {
  const { acoustic, vocoder, manifest } = voice;
  const input = acousticInput(manifest, sentence.symbols, settings);
  const regulated = regulate(encode(acoustic, input), acoustic.spec, settings.rate);
  if (regulated.frames === 0) return;
  const seed = sentenceSeed(voice.hash, input, settings);
  const sound = new Vocoder(vocoder, { pitch: settings.f0, seed });
  const level = new Level(settings.volume, manifest.sampleRate);
  let first = true;
  for (const { frames, last } of predict(acoustic, regulated, pieceSizes(vocoder))) {
    const samples = level.push(sound.push(frames, last), last);
    if (samples.length > 0 || last) {
      if (first) fadeIn(samples, manifest.sampleRate);
      if (last) fadeOut(samples, manifest.sampleRate);
      yield first
        ? {
            samples: delayed(samples, pause),
            last,
            timing: sentenceTiming(sentence, regulated.durations, hopSeconds(voice), pause / manifest.sampleRate),
          }
        : { samples, last };
      first = false;
    }
    await turn();
  }
}

/** The sentences `synthesize` would speak, without speaking them. */
export function* outline(analyser: Analyser, request: SpeechRequest): Generator<OutlinedSentence> {
  if (request.text.trim() === '') throw new LangduError('text_empty');
  let index = 0;
  for (const { sentence } of analyser.sentences(request.text, lexiconOf(request))) {
    if (sentence.symbols.length === 0) continue;
    yield { index, start: sentence.start, end: sentence.end, symbols: sentence.symbols.length };
    index += 1;
  }
}

function lexiconOf({ lexicon }: SpeechRequest): TextOptions {
  return { lexicon: lexicon === undefined ? undefined : parseLexicon(lexicon) };
}

function hopSeconds({ manifest }: Voice): number {
  return manifest.vocoder.hop / manifest.sampleRate;
}

function delayed(samples: Float32Array, pause: number): Float32Array {
  if (pause === 0) return samples;
  const out = new Float32Array(pause + samples.length);
  out.set(samples, pause);
  return out;
}

function unspeakable(text: string, skipped: readonly TextWarning[]): LangduError {
  const unknown = [...new Set(skipped.map((each) => each.text))].slice(0, 20);
  return new LangduError('text_unspeakable', { characters: unknown.length > 0 ? unknown : text.trim().slice(0, 40) });
}

/** What could not be spoken behind the last sentence is still reported. */
function silentChunk(voice: Voice, count: number, start: number, end: number, warnings: TextWarning[]): SpeechChunk {
  return {
    samples: new Float32Array(0),
    sampleRate: voice.manifest.sampleRate,
    sentence: { index: count - 1, start, end },
    last: true,
    warnings,
  };
}

import { createHash } from 'node:crypto';
import type { AcousticInput } from '../acoustic/encode.ts';
import { LangduError } from '../errors.ts';
import { limits, type SpeechRequest } from '../speech.ts';
import type { SymbolToken } from '../text/sentence.ts';
import type { VoiceManifest } from './manifest.ts';
import { summarise } from './summary.ts';
import { encodeSymbols } from './symbol-ids.ts';

/** A request's controls in the voice's terms, checked. */
export interface VoiceSettings {
  readonly speaker: string;
  readonly emotion: string;
  readonly intensity: number;
  readonly rate: number;
  /** On f0, or as it enters the pitch predictor's output: one of the two is neutral. */
  readonly f0: number;
  readonly predicted: { readonly scale: number; readonly offset: number };
  readonly volume: number;
  readonly seed: number | undefined;
}

const NEUTRAL = 'neutral';

/**
 * Checks a request against what the voice has. Throws `speaker_unknown`, `emotion_unknown`, `control_unsupported` or
 * `parameter_out_of_range`, each naming what is valid.
 */
export function resolveSettings(manifest: VoiceManifest, request: SpeechRequest): VoiceSettings {
  const voice = manifest.name;
  const { speakers, emotions, controls } = manifest;
  const speaker = request.speaker ?? speakers[0]!;
  if (!speakers.includes(speaker)) throw new LangduError('speaker_unknown', { voice, speaker, available: speakers });
  const emotion = request.emotion ?? (emotions.includes(NEUTRAL) ? NEUTRAL : emotions[0]!);
  if (!emotions.includes(emotion)) throw new LangduError('emotion_unknown', { voice, emotion, available: emotions });
  if (request.seed !== undefined && !controls.seed) {
    throw new LangduError('control_unsupported', {
      voice,
      control: 'seed',
      available: summarise(manifest).controls,
    });
  }
  const pitch = within('pitch', request.pitch ?? 1);
  const through = controls.pitch;
  return {
    speaker,
    emotion,
    intensity: within('intensity', request.intensity ?? 1),
    rate: within('rate', request.rate ?? 1),
    f0: through.through === 'f0' ? pitch : 1,
    // A normalised value x stands for σ·x + μ Hz; `pitch` times that is normalised again.
    predicted:
      through.through === 'predictor'
        ? { scale: pitch, offset: (pitch - 1) * through.meanOverDeviation }
        : { scale: 1, offset: 0 },
    volume: within('volume', request.volume ?? 1),
    seed: request.seed === undefined ? undefined : within('seed', request.seed),
  };
}

function within(name: keyof typeof limits, value: number): number {
  const { min, max } = limits[name];
  if (!(value >= min && value <= max)) throw new LangduError('parameter_out_of_range', { name, min, max, value });
  return value;
}

/** A sentence's symbols with the voice's emotion and speaker, as the acoustic model takes them. */
export function acousticInput(
  manifest: VoiceManifest,
  symbols: readonly SymbolToken[],
  settings: VoiceSettings,
): AcousticInput {
  const spoken = `emotion_${settings.emotion}`;
  const intensity = new Float32Array(symbols.length).fill(1);
  const tokens = symbols.map((symbol, index) => {
    // Pauses carry no emotion, as the original front end has it.
    const pause = symbol.sy.startsWith('#');
    if (!pause) intensity[index] = settings.intensity;
    const emotion = pause ? 'emotion_none' : spoken;
    return [symbol.sy, symbol.tone, symbol.syllableFlag, symbol.wordSegment, emotion, settings.speaker];
  });
  return { ids: encodeSymbols(manifest, tokens), length: symbols.length, intensity, pitch: settings.predicted };
}

/** The seed of a sentence's noise: from its content, so that the same request gives the same bytes. */
export function sentenceSeed(hash: string, input: AcousticInput, settings: VoiceSettings): number {
  const content = createHash('sha256').update(hash).update(new Uint8Array(input.ids.buffer));
  content.update(JSON.stringify([settings.intensity, settings.rate, settings.f0, settings.seed ?? null]));
  return content.digest().readUIntLE(0, 6);
}

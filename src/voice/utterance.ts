import { createHash } from 'node:crypto';
import type { AcousticInput } from '../acoustic/encode.ts';
import { runtimeVersion } from '../inference/version.ts';
import type { SymbolToken } from '../text/sentence.ts';
import { packageHash, type VoiceManifest } from './manifest.ts';
import { acousticInput, sentenceSeed, type VoiceSettings } from './settings.ts';

/**
 * Raise it with every change of ours after which the same utterance has other samples (steps, fades, excitation, the
 * way it is cut into pieces): kept sentences outlive an upgrade, and half a text would have the old sound.
 */
const SOUND_VERSION = 1;

/**
 * One sentence as the networks take it: everything that its sound depends on, and nothing else. It crosses threads, and
 * two that are equal sound the same to the last bit, whatever text they come from.
 */
export interface Utterance {
  readonly voice: string;
  /** Of the voice's package. */
  readonly hash: string;
  readonly input: AcousticInput;
  readonly rate: number;
  /** Factor on f0, of a voice that has it. */
  readonly f0: number;
  readonly seed: number;
}

/** A sentence's sound as it is made. */
export interface UtterancePiece {
  /** `[n]`, −1 … 1. */
  readonly samples: Float32Array;
  readonly last: boolean;
  /** How much of the sentence is made with it, 0 … 1. */
  readonly done: number;
  /** Frames of each symbol, `[N]`; on the first piece. */
  readonly durations?: Int32Array | undefined;
}

export function prepareUtterance(
  manifest: VoiceManifest,
  symbols: readonly SymbolToken[],
  settings: VoiceSettings,
): Utterance {
  const hash = packageHash(manifest);
  const input = acousticInput(manifest, symbols, settings);
  const { rate, f0 } = settings;
  return { voice: manifest.name, hash, input, rate, f0, seed: sentenceSeed(hash, input, settings) };
}

/** The content's address: equal keys, equal samples, whichever release made them. */
export function utteranceKey({ hash, input, rate, f0, seed }: Utterance): string {
  const { ids, intensity, pitch } = input;
  return createHash('sha256')
    .update(`${SOUND_VERSION} ${runtimeVersion} ${hash} ${rate} ${f0} ${seed} ${pitch.scale} ${pitch.offset}`)
    .update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
    .update(new Uint8Array(intensity.buffer, intensity.byteOffset, intensity.byteLength))
    .digest('base64url');
}

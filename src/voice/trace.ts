import { decodeTogether, openLane } from '../acoustic/decode.ts';
import { encode } from '../acoustic/encode.ts';
import { Postnet } from '../acoustic/postnet.ts';
import { regulate } from '../acoustic/regulate.ts';
import { LangduError } from '../errors.ts';
import type { NumericArray } from '../npy.ts';
import { Vocoder } from '../vocoder/vocode.ts';
import type { Voice } from './open.ts';
import { encodeSymbols, type TokenFields } from './symbol-ids.ts';

/** Every intermediate of a symbol line, whole: how anyone compares us with the reference. */
export interface Trace {
  readonly ids: NumericArray;
  readonly text_hidden: NumericArray;
  readonly duration: NumericArray;
  readonly log_duration: NumericArray;
  readonly pitch: NumericArray;
  readonly energy: NumericArray;
  readonly decoder: NumericArray;
  readonly mel: NumericArray;
  readonly wav: NumericArray;
}

/** Runs a line as trained: no controls. `excitation`, for an NSF voice, takes the place of the drawn one. */
export function trace(voice: Voice, tokens: readonly TokenFields[], excitation?: Float32Array): Trace {
  const { acoustic, vocoder, manifest } = voice;
  const { spec } = acoustic;
  const length = tokens.length;
  const ids = encodeSymbols(manifest, tokens);
  const encoded = encode(acoustic, {
    ids,
    length,
    intensity: new Float32Array(length).fill(1),
    pitch: { scale: 1, offset: 0 },
  });
  const regulated = regulate(encoded, spec, 1);
  if (regulated.frames === 0)
    throw new LangduError('request_invalid', { problem: 'every symbol of the line has no duration' });
  const frames = decodeWhole(voice, regulated);
  const mel = new Postnet(acoustic).push(frames, true);
  const wanted = (regulated.frames * vocoder.spec.hop) / vocoder.spec.bands;
  if (excitation !== undefined && excitation.length !== wanted) {
    throw new LangduError('request_invalid', {
      problem: `the excitation has ${excitation.length} samples; this line has ${wanted}`,
    });
  }
  const wav = new Vocoder(vocoder, { pitch: 1, seed: 0, excitation }).push(mel, true);
  const column = (data: Float32Array) => ({ shape: [length], data });
  return {
    ids: { shape: [manifest.symbols.fields.length, length], data: ids },
    text_hidden: { shape: [length, spec.projectionUnits], data: encoded.textHidden.data },
    duration: { shape: [length], data: regulated.durations },
    log_duration: column(encoded.logDuration.data),
    pitch: column(encoded.pitch.data),
    energy: column(encoded.energy.data),
    decoder: { shape: [regulated.frames, spec.mels], data: frames },
    mel: { shape: [regulated.frames, spec.mels], data: mel },
    wav: { shape: [wav.length], data: wav },
  };
}

function decodeWhole(voice: Voice, regulated: ReturnType<typeof regulate>): Float32Array {
  const { acoustic } = voice;
  const [frames] = decodeTogether(acoustic, [openLane(acoustic, regulated)], regulated.steps);
  return frames!.slice(0, regulated.frames * acoustic.spec.mels);
}

import { type FloatTensor, floats, integers } from '../inference/session.ts';
import type { AcousticModel } from './model.ts';

/** A sentence as the acoustic model takes it. */
export interface AcousticInput {
  /** `[fields, N]`, row-major: ids into the voice's symbol tables. */
  readonly ids: Int32Array;
  /** N. */
  readonly length: number;
  /** Each symbol's weight of its emotion against neutral; 1 as trained. `[N]` */
  readonly intensity: Float32Array;
  /** Pitch through the predictor: predicted · scale + offset. */
  readonly pitch: { readonly scale: number; readonly offset: number };
}

/** What runs once a sentence, `[N]` or `[N, units]` each. */
export interface Encoded {
  readonly length: number;
  readonly textHidden: FloatTensor;
  readonly pitch: FloatTensor;
  readonly energy: FloatTensor;
  readonly logDuration: FloatTensor;
  /** text_hidden with the pitch and energy embeddings added: what length regulation repeats. */
  readonly text: FloatTensor;
  readonly speaker: FloatTensor;
  readonly emotion: FloatTensor;
}

export function encode(model: AcousticModel, input: AcousticInput): Encoded {
  const { length } = input;
  const width = model.spec.embeddingDim;
  const results = model.encoder.run(
    {
      ids: integers(input.ids, [input.ids.length / length, length]),
      positions: floats(sinusoids(length, width), [length, width]),
      intensity: floats(input.intensity, [length, 1]),
      pitch_scale: floats(Float32Array.of(input.pitch.scale), [1]),
      pitch_offset: floats(Float32Array.of(input.pitch.offset), [1]),
    },
    ['text_hidden', 'pitch', 'energy', 'log_duration', 'text', 'speaker', 'emotion'],
  );
  return {
    length,
    textHidden: results.text_hidden!,
    pitch: results.pitch!,
    energy: results.energy!,
    logDuration: results.log_duration!,
    text: results.text!,
    speaker: results.speaker!,
    emotion: results.emotion!,
  };
}

/**
 * Sinusoidal positions `[length, width]`: counted from 1, the first half of the channels sine and the second cosine,
 * exponent j / (width / 2 − 1) (docs/networks.md §3.1). Computed in double, as the stored table was.
 */
export function sinusoids(length: number, width: number): Float32Array {
  const half = Math.floor(width / 2);
  const out = new Float32Array(length * width);
  for (let j = 0; j < half; j += 1) {
    const divisor = 10000 ** (j / (width / 2 - 1));
    for (let row = 0; row < length; row += 1) {
      const angle = (row + 1) / divisor;
      out[row * width + j] = Math.sin(angle);
      out[row * width + half + j] = Math.cos(angle);
    }
  }
  return out;
}

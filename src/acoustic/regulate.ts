import { LangduError } from '../errors.ts';
import type { Encoded } from './encode.ts';
import type { AcousticSpec } from './model.ts';

/** Symbols spread over time: the decoder's memory, one row a step. */
export interface Regulated {
  /** Frames of each symbol. `[N]` */
  readonly durations: Int32Array;
  /** T. */
  readonly frames: number;
  /** S = ⌈T / r⌉. */
  readonly steps: number;
  /** How many steps back, and memory rows ahead, attention reaches. */
  readonly band: number;
  /** `[S, r·projection + speaker + emotion]` */
  readonly memory: Float32Array;
}

/**
 * Frames of one symbol, at a rate of 1, beyond which a voice is not speaking: some 25 s. Unbounded, one would fill the
 * memory.
 */
const LONGEST_SYMBOL = 2000;

/**
 * Length regulation (docs/networks.md §3.3). `rate` divides the durations before they are rounded. Throws
 * `durations_runaway`.
 */
export function regulate(encoded: Encoded, spec: AcousticSpec, rate: number): Regulated {
  const { durations, longest } = roundDurations(encoded.logDuration.data, rate);
  if (!(longest * rate <= LONGEST_SYMBOL)) {
    throw new LangduError('durations_runaway', { frames: Math.round(longest * rate), limit: LONGEST_SYMBOL });
  }
  const frames = durations.reduce((sum, count) => sum + count, 0);
  const steps = Math.ceil(frames / spec.outputsPerStep);
  const band = Math.trunc(longest / spec.outputsPerStep + 0.5);
  return { durations, frames, steps, band, memory: spread(encoded, spec, durations, steps) };
}

/**
 * Frames of each symbol from log-durations, in single precision as the reference computes them: trunc(e^x − 1 + 0.5).
 * At another rate the rounded total is divided, and what one symbol loses to rounding the next gains, so that the whole
 * keeps the asked pace; no symbol that has sound loses it all.
 */
export function roundDurations(
  logDurations: Float32Array,
  rate: number,
): { readonly durations: Int32Array; readonly longest: number } {
  const durations = new Int32Array(logDurations.length);
  let longest = 0;
  let asked = 0;
  let given = 0;
  logDurations.forEach((logDuration, index) => {
    const duration = Math.fround(Math.fround(Math.exp(logDuration)) - 1);
    longest = Math.max(longest, duration / rate);
    const whole = Math.trunc(Math.fround(duration + 0.5));
    asked += whole / rate;
    const count = rate === 1 ? whole : Math.max(Math.round(asked - given), Math.min(whole, 1));
    durations[index] = count;
    given += count;
  });
  return { durations, longest };
}

function spread(encoded: Encoded, spec: AcousticSpec, durations: Int32Array, steps: number): Float32Array {
  const { projectionUnits: projection, speakerUnits, emotionUnits, outputsPerStep, durationTimescales } = spec;
  // A tensor's `data` is looked up by a getter: once, not for each of a hundred thousand elements.
  const [text, speaker, emotion] = [encoded.text.data, encoded.speaker.data, encoded.emotion.data];
  const width = outputsPerStep * projection + speakerUnits + emotionUnits;
  const memory = new Float32Array(steps * width);
  const codes: Float32Array[] = [];
  let frame = 0;
  for (let symbol = 0; symbol < durations.length; symbol += 1) {
    for (let position = 1; position <= durations[symbol]!; position += 1) {
      codes[position] ??= positionCode(position, durationTimescales);
      const row = Math.floor(frame / outputsPerStep) * width;
      const slot = frame % outputsPerStep;
      setSum(memory, row + slot * projection, codes[position]!, text, symbol * projection);
      if (slot === 0) {
        // Speaker and emotion are those of the group's first frame.
        const after = row + outputsPerStep * projection;
        memory.set(speaker.subarray(symbol * speakerUnits, (symbol + 1) * speakerUnits), after);
        memory.set(emotion.subarray(symbol * emotionUnits, (symbol + 1) * emotionUnits), after + speakerUnits);
      }
      frame += 1;
    }
  }
  const padding = positionCode(0, durationTimescales);
  for (; frame < steps * outputsPerStep; frame += 1) {
    memory.set(padding, Math.floor(frame / outputsPerStep) * width + (frame % outputsPerStep) * projection);
  }
  return memory;
}

/** out[at …] = code + text[from …], as many as the code has. */
function setSum(out: Float32Array, at: number, code: Float32Array, text: Float32Array, from: number): void {
  for (let c = 0; c < code.length; c += 1) out[at + c] = code[c]! + text[from + c]!;
}

/** Position inside a symbol, counted from 1; sine on even channels, cosine on odd. */
function positionCode(position: number, timescales: readonly number[]): Float32Array {
  return Float32Array.from(timescales, (timescale, channel) => {
    const angle = Math.fround(position / timescale);
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

import { LangduError } from '../errors.ts';
import { concatenate } from '../float-arrays.ts';
import { Scratch } from '../scratch.ts';
import { streamBitrate } from './bitrate.ts';
import type { Encoder } from './encoder.ts';
import { type FormatName, formatNames, formats, lossless } from './formats.ts';
import { Limiter, RAISED_CEILING } from './limiter.ts';
import { LoudnessLeveller } from './loudness/leveller.ts';
import { openEncoder } from './open-encoder.ts';
import { Resampler } from './resample.ts';
import { SilenceTrimmer } from './silence/trim.ts';

/** Samples on their way to an encoder, which keeps none. */
const limitedSamples = new Scratch();

/** How speech is written. What is absent is left as the voice has it; nothing is ignored. */
export interface OutputOptions {
  /** `wav` when absent. */
  readonly format?: FormatName | undefined;
  /** In hertz; the voice's own when absent and the format has it, else the next higher one. */
  readonly sampleRate?: number | undefined;
  /** Linear gain, 0 to 2, after `loudness`. */
  readonly volume?: number | undefined;
  /** Loudness of the whole to aim at, −40 to −8 LUFS (ITU-R BS.1770-4). */
  readonly loudness?: number | undefined;
  /** Cuts silence around each sentence and shortens long pauses inside it. */
  readonly trimSilence?: boolean | undefined;
  /** In kbit/s, where the format has one. */
  readonly bitrate?: number | undefined;
}

/**
 * One stream: samples at the voice's rate in, bytes of a file out. The bytes do not depend on how the samples were cut.
 */
export interface Finisher {
  readonly contentType: string;
  readonly extension: string;
  /** Of what comes out. */
  readonly sampleRate: number;
  /**
   * @param samples `[n]`, −1 … 1; no reference is kept
   * @param boundary a sentence ends with these samples
   * @returns bytes that are ready, perhaps none
   */
  push(samples: Float32Array, boundary?: 'sentence'): Uint8Array;
  /** The rest. Called once, last. */
  end(): Uint8Array;
  /**
   * After `end()`: what to write over the first bytes of a file now that the length is known; undefined where nothing
   * changes.
   */
  head(): Uint8Array | undefined;
  /** Of audio that is encoded so far; after `end()` the file's length. */
  readonly seconds: number;
  /** Frees the encoder's memory. Idempotent; must be called, after errors too. */
  close(): void;
}

const ranges = {
  volume: { min: 0, max: 2 },
  loudness: { min: -40, max: -8 },
} as const;

/** What a voice is taken to have, in LUFS, where nobody asked for a loudness; `tan` has −20 to −30. */
const UNKNOWN_LOUDNESS = -18;

/**
 * The checks of `openFinisher`, before any work. Throws `format_unknown`, `sample_rate_unsupported`,
 * `bitrate_unsupported` or `parameter_out_of_range`, each naming what is valid.
 */
export function checkOutput(voiceRate: number, options: OutputOptions): { format: FormatName; sampleRate: number } {
  const format = options.format ?? 'wav';
  if (!formatNames.includes(format)) throw new LangduError('format_unknown', { format, available: formatNames });
  const sampleRate = outputRate(format, voiceRate, options.sampleRate);
  for (const name of ['volume', 'loudness'] as const) within(name, options[name]);
  streamBitrate(format, sampleRate, options.bitrate);
  return { format, sampleRate };
}

function outputRate(format: FormatName, voiceRate: number, asked: number | undefined): number {
  const rates = formats[format].sampleRates;
  const has = (rate: number) => rates.includes(rate) || (rate === voiceRate && lossless.includes(format));
  if (asked === undefined)
    return has(voiceRate) ? voiceRate : (rates.find((rate) => rate > voiceRate) ?? rates.at(-1)!);
  if (!has(asked)) {
    throw new LangduError('sample_rate_unsupported', { format, rate: asked, available: rates.map(String) });
  }
  return asked;
}

function within(name: keyof typeof ranges, value: number | undefined): void {
  const { min, max } = ranges[name];
  if (value === undefined || (value >= min && value <= max)) return;
  throw new LangduError('parameter_out_of_range', { name, min, max, value });
}

/** Opens a stream. Throws what `checkOutput` throws. Encoders that are WebAssembly are loaded on first use, once. */
export async function openFinisher(voiceRate: number, options: OutputOptions): Promise<Finisher> {
  const { format, sampleRate } = checkOutput(voiceRate, options);
  const encoder = await openEncoder(format, sampleRate, streamBitrate(format, sampleRate, options.bitrate) ?? 0);
  return new SpeechFinisher(voiceRate, sampleRate, format, options, encoder);
}

/** The stages in their order, each of which may hold samples back: trim, loudness and volume, rate, peaks, format. */
class SpeechFinisher implements Finisher {
  readonly contentType: string;
  readonly extension: string;
  readonly sampleRate: number;
  readonly #volume: number;
  readonly #trimmer: SilenceTrimmer | undefined;
  readonly #leveller: LoudnessLeveller | undefined;
  readonly #resampler: Resampler | undefined;
  readonly #limiter: Limiter;
  readonly #encoder: Encoder;
  #started = false;
  #samples = 0;

  constructor(voiceRate: number, sampleRate: number, format: FormatName, options: OutputOptions, encoder: Encoder) {
    const { contentType, extension } = formats[format];
    const { volume = 1, loudness, trimSilence = false } = options;
    this.contentType = format === 'pcm' ? `${contentType};rate=${sampleRate}` : contentType;
    this.extension = extension;
    this.sampleRate = sampleRate;
    this.#volume = volume;
    this.#trimmer = trimSilence ? new SilenceTrimmer(voiceRate) : undefined;
    this.#leveller = loudness === undefined ? undefined : new LoudnessLeveller(voiceRate, loudness);
    this.#resampler = voiceRate === sampleRate ? undefined : new Resampler(voiceRate, sampleRate);
    this.#limiter = new Limiter(sampleRate, ceiling(format, volume, loudness));
    this.#encoder = encoder;
  }

  get seconds(): number {
    return this.#samples / this.sampleRate;
  }

  push(samples: Float32Array, boundary?: 'sentence'): Uint8Array {
    const trimmed = this.#trimmer?.push(samples, boundary === 'sentence') ?? samples;
    const level = this.#atVolume(this.#leveller?.push(trimmed) ?? trimmed);
    const limited = this.#limiter.push(this.#resampler?.push(level) ?? level, limitedSamples);
    this.#samples += limited.length;
    return joined([this.#start(), this.#encoder.encode(limited)]);
  }

  end(): Uint8Array {
    const trimmed = this.#trimmer?.end() ?? new Float32Array(0);
    const level = this.#leveller === undefined ? [trimmed] : [this.#leveller.push(trimmed), this.#leveller.end()];
    const quiet = this.#atVolume(concatenate(level));
    const rate = this.#resampler === undefined ? [quiet] : [this.#resampler.push(quiet), this.#resampler.end()];
    const limited = concatenate([this.#limiter.push(concatenate(rate)), this.#limiter.end()]);
    this.#samples += limited.length;
    return joined([this.#start(), this.#encoder.encode(limited), this.#encoder.end()]);
  }

  head(): Uint8Array | undefined {
    return this.#encoder.header();
  }

  close(): void {
    this.#encoder.close();
  }

  #atVolume(samples: Float32Array): Float32Array {
    return this.#volume === 1 ? samples : samples.map((sample) => sample * this.#volume);
  }

  /** What the file begins with, once. */
  #start(): Uint8Array {
    if (this.#started) return new Uint8Array(0);
    this.#started = true;
    return this.#encoder.start();
  }
}

/**
 * Where peaks end. Nothing is touched that was not asked to change and comes back as it went in; a lossy format needs
 * room for what decoding adds to a peak, the more the denser its peaks are. Measured in docs/audio.md.
 */
function ceiling(format: FormatName, volume: number, loudness: number | undefined): number {
  if (lossless.includes(format)) return volume > 1 || loudness !== undefined ? RAISED_CEILING : 1;
  const expected = (loudness ?? UNKNOWN_LOUDNESS) + 20 * Math.log10(Math.max(volume, 0.1));
  const room = format === 'opus' ? 3 : 2;
  return 10 ** (-(room + 0.4 * Math.max(0, expected + 16)) / 20);
}

/** One array of its own: encoders return views of buffers, and a caller may hand the bytes to another thread. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = parts.filter(({ length }) => length > 0);
  if (only !== undefined && others.length === 0 && only.length === only.buffer.byteLength) {
    return new Uint8Array(only.buffer);
  }
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

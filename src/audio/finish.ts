import { LangduError } from '../errors.ts';
import { streamBitrate } from './bitrate.ts';
import type { Encoder } from './encoder.ts';
import { type FormatName, formatNames, formats, lossless } from './formats.ts';
import { Limiter } from './limiter.ts';
import { openEncoder } from './open-encoder.ts';
import { Resampler } from './resample.ts';

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

/** One stream: samples at the voice's rate in, bytes of a file out. The bytes do not depend on how the samples were cut. */
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
  /** After `end()`: what to write over the first bytes of a file now that the length is known; undefined where nothing changes. */
  head(): Uint8Array | undefined;
  /** Of audio in so far. */
  readonly seconds: number;
  /** Frees the encoder's memory. Idempotent; must be called, after errors too. */
  close(): void;
}

const ranges = {
  volume: { min: 0, max: 2 },
  loudness: { min: -40, max: -8 },
} as const;

/** Peaks end here when the level was asked to change: one decibel under full scale, as EBU R 128 has it. */
const RAISED_CEILING = 10 ** (-1 / 20);

/**
 * The checks of `openFinisher`, before any work. Throws `format_unknown`, `sample_rate_unsupported`,
 * `bitrate_unsupported` or `parameter_out_of_range`, each naming what is valid.
 */
export function checkOutput(voiceRate: number, options: OutputOptions): { format: FormatName; sampleRate: number } {
  const format = options.format ?? 'wav';
  if (!formatNames.includes(format)) throw new LangduError('format_unknown', { format, available: formatNames });
  const sampleRate = outputRate(format, voiceRate, options.sampleRate);
  for (const name of ['volume', 'loudness'] as const) within(name, options[name]);
  if (options.loudness !== undefined || options.trimSilence === true) {
    throw new LangduError('request_invalid', { problem: 'loudness and trim_silence are not built yet' });
  }
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

class SpeechFinisher implements Finisher {
  readonly contentType: string;
  readonly extension: string;
  readonly sampleRate: number;
  readonly #voiceRate: number;
  readonly #volume: number;
  readonly #resampler: Resampler | undefined;
  readonly #limiter: Limiter;
  readonly #encoder: Encoder;
  #started = false;
  #samples = 0;

  constructor(voiceRate: number, sampleRate: number, format: FormatName, options: OutputOptions, encoder: Encoder) {
    const { contentType, extension } = formats[format];
    this.contentType = format === 'pcm' ? `${contentType};rate=${sampleRate}` : contentType;
    this.extension = extension;
    this.sampleRate = sampleRate;
    this.#voiceRate = voiceRate;
    this.#volume = options.volume ?? 1;
    this.#resampler = voiceRate === sampleRate ? undefined : new Resampler(voiceRate, sampleRate);
    this.#limiter = new Limiter(sampleRate, this.#volume > 1 ? RAISED_CEILING : 1);
    this.#encoder = encoder;
  }

  get seconds(): number {
    return this.#samples / this.#voiceRate;
  }

  push(samples: Float32Array, _boundary?: 'sentence'): Uint8Array {
    this.#samples += samples.length;
    const level = this.#volume === 1 ? samples : samples.map((sample) => sample * this.#volume);
    return this.#encode(this.#resampler?.push(level) ?? level);
  }

  end(): Uint8Array {
    const parts = [this.#encode(this.#resampler?.end() ?? new Float32Array(0))];
    parts.push(this.#encoder.encode(this.#limiter.end()), this.#encoder.end());
    return joined(parts);
  }

  head(): Uint8Array | undefined {
    return this.#encoder.header();
  }

  close(): void {
    this.#encoder.close();
  }

  #encode(samples: Float32Array): Uint8Array {
    const start = this.#started ? new Uint8Array(0) : this.#encoder.start();
    this.#started = true;
    const bytes = this.#encoder.encode(this.#limiter.push(samples));
    return start.length === 0 ? bytes : joined([start, bytes]);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

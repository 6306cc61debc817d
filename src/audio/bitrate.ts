import { LangduError } from '../errors.ts';
import type { FormatName } from './formats.ts';

/** Bit rates of a format at a sample rate, in kbit/s: what may be asked for, and what speech gets when nothing is. */
interface Bitrates {
  readonly default: number;
  /** Any whole number from the first to the last, or exactly these. */
  readonly within?: readonly [min: number, max: number];
  readonly among?: readonly number[];
}

const mpeg1 = [32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const mpeg2 = [8, 16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160];

/** LAME has no more for MPEG 2.5. */
const mpeg25 = [8, 16, 24, 32, 40, 48, 64];

const bitratesOf: Readonly<Partial<Record<FormatName, (sampleRate: number) => Bitrates>>> = {
  mp3: (sampleRate) => {
    if (sampleRate >= 32000) return { default: 96, among: mpeg1 };
    return sampleRate >= 16000 ? { default: 64, among: mpeg2 } : { default: 32, among: mpeg25 };
  },
  opus: (sampleRate) => ({ default: { 8000: 24, 16000: 32, 24000: 48 }[sampleRate] ?? 64, within: [6, 256] }),
  // A channel's frame of 1024 samples holds at most 6144 bits (ISO/IEC 14496-3, 4.5.3).
  aac: (sampleRate) => ({
    default: { 8000: 32, 16000: 48 }[sampleRate] ?? (sampleRate < 32000 ? 64 : 96),
    within: [16, Math.min(256, (6 * sampleRate) / 1000)],
  }),
};

/**
 * The bit rate of a stream in kbit/s, undefined for a format without one. Throws `bitrate_unsupported` naming what
 * there is.
 */
export function streamBitrate(format: FormatName, sampleRate: number, asked: number | undefined): number | undefined {
  const bitrates = bitratesOf[format]?.(sampleRate);
  if (asked === undefined) return bitrates?.default;
  const { within, among } = bitrates ?? {};
  if (among?.includes(asked) === true) return asked;
  if (within !== undefined && Number.isInteger(asked) && asked >= within[0] && asked <= within[1]) return asked;
  const available = within !== undefined ? [`${within[0]}–${Math.floor(within[1])}`] : (among ?? ['–']).map(String);
  throw new LangduError('bitrate_unsupported', { format, rate: sampleRate, bitrate: asked, available });
}

/** Bit rates that a frame header of MPEG 1, or of MPEG 2 and 2.5, can name, in kbit/s: index 1 on. */
const namedBy = {
  mpeg1: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

interface Version {
  /** The two bits of the header. */
  readonly code: number;
  readonly rates: readonly number[];
  readonly bitrates: readonly number[];
  readonly samplesPerFrame: number;
  /** Side information of a mono frame. */
  readonly sideBytes: number;
}

const versions: readonly Version[] = [
  { code: 3, rates: [44100, 48000, 32000], bitrates: namedBy.mpeg1, samplesPerFrame: 1152, sideBytes: 17 },
  { code: 2, rates: [22050, 24000, 16000], bitrates: namedBy.mpeg2, samplesPerFrame: 576, sideBytes: 9 },
  { code: 0, rates: [11025, 12000, 8000], bitrates: namedBy.mpeg2, samplesPerFrame: 576, sideBytes: 9 },
];

/** Info, its flags, frames and bytes, and LAME's 36 bytes. */
const TAG_BYTES = 8 + 8 + 36;

const UNKNOWN_BYTES = 0xffffffff;

export interface InfoTotals {
  /** Audio frames, and bytes with this frame. */
  readonly frames: number;
  readonly bytes: number;
  /** Samples at the end that are not of the audio. */
  readonly padding: number;
}

export function samplesPerFrame(sampleRate: number): number {
  return versionOf(sampleRate).samplesPerFrame;
}

/**
 * The silent frame that stands first and tells decoders how many samples to drop at the start and, with `totals`, at
 * the end: Xing's tag with LAME's extension (gabriel.mp3-tech.org/mp3infotag.html). Its length does not depend on
 * `totals`.
 *
 * @param delay samples the encoder puts before the audio
 */
export function infoFrame(sampleRate: number, bitrate: number, delay: number, totals?: InfoTotals): Uint8Array {
  const version = versionOf(sampleRate);
  const { code, rates, sideBytes } = version;
  const need = 4 + sideBytes + TAG_BYTES;
  const length = (kbits: number) => Math.floor((version.samplesPerFrame * kbits * 125) / sampleRate);
  const kbits = version.bitrates.find((each) => each >= bitrate && length(each) >= need)!;
  const frame = Buffer.alloc(length(kbits));
  frame[0] = 0xff;
  frame[1] = 0xe3 | (code << 3); // layer III, no check sum
  frame[2] = ((version.bitrates.indexOf(kbits) + 1) << 4) | (rates.indexOf(sampleRate) << 2);
  frame[3] = 0xc4; // mono, original
  let at = 4 + sideBytes;
  frame.write('Info', at, 'latin1');
  // ffmpeg reads on only where frames or bytes are given, so a stream of unknown length claims all bytes there can be.
  const counts = totals === undefined ? [UNKNOWN_BYTES] : [totals.frames, Math.min(totals.bytes, UNKNOWN_BYTES)];
  frame.writeUInt32BE(totals === undefined ? 2 : 3, at + 4);
  at += 8;
  for (const count of counts) at = frame.writeUInt32BE(count, at);
  frame.write('LAME3.100', at, 'latin1');
  frame[at + 9] = 1; // constant bit rate
  frame[at + 20] = Math.min(bitrate, 255);
  frame.writeUIntBE(delay * 4096 + Math.min(totals?.padding ?? 0, 4095), at + 21, 3);
  frame.writeUInt32BE(Math.min(totals?.bytes ?? 0, UNKNOWN_BYTES), at + 28);
  frame.writeUInt16BE(crc16(frame.subarray(0, at + 34)), at + 34);
  return frame;
}

function versionOf(sampleRate: number): Version {
  return versions.find(({ rates }) => rates.includes(sampleRate))!;
}

/** CRC-16/ARC, as LAME ends its tag. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xa001 : 0);
  }
  return crc;
}

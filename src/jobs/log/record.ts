import { crc32 } from 'node:zlib';
import type { SentenceTiming } from '../../speech.ts';
import type { TextWarning } from '../../text/sentence.ts';

/**
 * A job's log is what was made of it so far: one record a sentence, and one at the end of each item. A record says how
 * long it is and carries a checksum of itself; how many are valid, the job's `progress` says. Record n of a job is the
 * same bytes whoever writes it, so that writing one again, even by a process that has lost the job, changes nothing.
 *
 * ```
 * 0  'LDJ1'   4  bytes of the description   8  bytes of the samples   12  CRC-32 of all that follows   16 …
 * ```
 */
export interface LogRecord {
  readonly item: number;
  /** Position and span of the sentence in its item; absent at the end of an item. */
  readonly sentence?: { readonly index: number; readonly start: number; readonly end: number } | undefined;
  readonly sampleRate: number;
  /** `[n]`: the sentence's, its lead included; at the end of an item, the gap before the next. */
  readonly samples: Float32Array;
  readonly timing?: SentenceTiming | undefined;
  readonly warnings?: readonly TextWarning[] | undefined;
}

const MAGIC = 0x314a444c; // 'LDJ1', little-endian
export const HEAD_BYTES = 16;
/** No sentence comes near: a length beyond it is damage. */
const LONGEST_PART = 512 * 1024 * 1024;

export function encodeRecord({ samples, ...description }: LogRecord): Buffer {
  const text = Buffer.from(JSON.stringify(description), 'utf8');
  const bytes = Buffer.alloc(HEAD_BYTES + text.length + samples.byteLength);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(text.length, 4);
  bytes.writeUInt32LE(samples.byteLength, 8);
  text.copy(bytes, HEAD_BYTES);
  Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).copy(bytes, HEAD_BYTES + text.length);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD_BYTES)), 12);
  return bytes;
}

/** Bytes of the record that begins so, or undefined when none does. */
export function recordLength(head: Buffer): number | undefined {
  if (head.length < HEAD_BYTES || head.readUInt32LE(0) !== MAGIC) return undefined;
  const [text, samples] = [head.readUInt32LE(4), head.readUInt32LE(8)];
  return text > LONGEST_PART || samples > LONGEST_PART ? undefined : HEAD_BYTES + text + samples;
}

/** A whole record, or undefined when it is not what was written. */
export function decodeRecord(bytes: Buffer): LogRecord | undefined {
  if (recordLength(bytes) !== bytes.length || crc32(bytes.subarray(HEAD_BYTES)) !== bytes.readUInt32LE(12)) {
    return undefined;
  }
  const samplesAt = HEAD_BYTES + bytes.readUInt32LE(4);
  // Copied: a record's samples do not begin at a multiple of four bytes.
  const samples = new Float32Array(new Uint8Array(bytes.subarray(samplesAt)).buffer);
  return { ...(JSON.parse(bytes.toString('utf8', HEAD_BYTES, samplesAt)) as Omit<LogRecord, 'samples'>), samples };
}

import { inflateRawSync } from 'node:zlib';
import { type ByteSource, memory, region, take } from './bytes.ts';
import { forbidden, invalid, quoted } from './problem.ts';

/** Directory bytes held at once; a checkpoint of ten thousand storages has about 1 MB. */
const maximumDirectory = 1 << 25;
/** torch stores entries as they are; one deflated by some other tool must be inflated whole, so its size is bounded. */
const maximumInflated = 1 << 28;
/** Deflate cannot do better than 1032 to 1: beyond that a size is a lie. */
const maximumRatio = 1040;

/** A file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes once inflated. */
  readonly size: number;
  /** The contents: a window on the archive when stored, inflated anew when deflated. */
  open(): ByteSource;
}

interface Record {
  readonly name: Buffer;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
}

/**
 * The entries of an archive by name, from its central directory (PKWARE APPNOTE 6.3, with zip64). Checksums are not
 * compared: torch can be told to write none. Throws `checkpoint_invalid`, or `_forbidden` for names that lead
 * elsewhere.
 */
export function readZip(archive: ByteSource): Map<string, ZipEntry> {
  const directory = findDirectory(archive);
  const records = readDirectory(take(archive, directory.start, directory.size), directory.count);
  const entries = new Map<string, ZipEntry>();
  // In file order, so that no entry may begin before the last has ended: shared bytes are how small zips grow huge.
  let end = 0;
  for (const record of records.sort((a, b) => a.header - b.header)) {
    const name = readName(record.name);
    if (entries.has(name)) throw invalid(`the archive has ${quoted(name)} twice`);
    if (record.header < end) throw invalid(`the archive's entry ${quoted(name)} overlaps another`);
    const start = findContents(archive, record);
    end = start + record.packed;
    if (end > directory.start) throw invalid(`the archive's entry ${quoted(name)} reaches into the directory`);
    entries.set(name, entryOf(archive, name, record, start));
  }
  return entries;
}

function entryOf(archive: ByteSource, name: string, record: Record, start: number): ZipEntry {
  const { method, packed, size } = record;
  if (method === 0) {
    if (packed !== size) throw invalid(`the archive's entry ${quoted(name)} has two sizes`);
    return { name, size, open: () => region(archive, start, size) };
  }
  if (method !== 8) throw invalid(`the archive's entry ${quoted(name)} is packed by method ${method}`);
  if (size > maximumInflated || packed > maximumInflated || size > packed * maximumRatio) {
    throw invalid(`the archive's entry ${quoted(name)} is packed too tightly`);
  }
  return { name, size, open: () => memory(inflate(take(archive, start, packed), size)) };
}

function inflate(packed: Buffer, size: number): Buffer {
  let bytes: Buffer;
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw invalid('an entry of the archive cannot be inflated', error);
  }
  if (bytes.length !== size) throw invalid('an entry of the archive is not of the size it says');
  return bytes;
}

/** Where an entry's contents start: its local header has name and extra field again, of lengths of its own. */
function findContents(archive: ByteSource, record: Record): number {
  const length = 30 + record.name.length;
  const header = take(archive, record.header, length);
  const agrees =
    header.readUInt32LE(0) === 0x04034b50 &&
    header.readUInt16LE(8) === record.method &&
    header.readUInt16LE(26) === record.name.length &&
    header.subarray(30).equals(record.name);
  if (!agrees) throw invalid('the archive and its directory disagree');
  return record.header + length + header.readUInt16LE(28);
}

interface Directory {
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

function findDirectory(archive: ByteSource): Directory {
  // The end record is 22 bytes and a comment of up to 65535.
  const length = Math.min(archive.size, 22 + 0xffff);
  const tail = take(archive, archive.size - length, length);
  for (let at = length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== 0x06054b50 || tail.readUInt16LE(at + 20) !== length - 22 - at) continue;
    const end = archive.size - length + at;
    const directory = readDirectory64(archive, end) ?? {
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      start: tail.readUInt32LE(at + 16),
    };
    if (directory.size > maximumDirectory) throw invalid("the archive's directory is too large");
    if (directory.start + directory.size > end) throw invalid("the archive's directory is out of place");
    return directory;
  }
  throw invalid('the archive has no directory: it is cut short');
}

/** The zip64 end record, found through a locator just before the plain one. torch always writes both. */
function readDirectory64(archive: ByteSource, end: number): Directory | undefined {
  if (end < 20) return undefined;
  const locator = take(archive, end - 20, 20);
  if (locator.readUInt32LE(0) !== 0x07064b50) return undefined;
  const record = take(archive, size64(locator, 8), 56);
  if (record.readUInt32LE(0) !== 0x06064b50) throw invalid("the archive's directory is out of place");
  return { count: size64(record, 32), size: size64(record, 40), start: size64(record, 48) };
}

function readDirectory(bytes: Buffer, count: number): Record[] {
  const records: Record[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 46 || bytes.readUInt32LE(at) !== 0x02014b50) throw invalid('the directory is damaged');
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const nameEnd = at + 46 + nameLength;
    const next = nameEnd + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw invalid('the directory is damaged');
    if ((bytes.readUInt16LE(at + 8) & 1) !== 0) throw invalid('the archive is encrypted');
    records.push(readRecord(bytes, at, nameEnd, nameEnd + extraLength));
    at = next;
  }
  if (records.length !== count) throw invalid('the directory is damaged');
  return records;
}

function readRecord(bytes: Buffer, at: number, nameEnd: number, extraEnd: number): Record {
  const wide = wideFields(bytes.subarray(nameEnd, extraEnd));
  // In this order, and in the wide field only where the narrow one is full.
  const field = (narrow: number): number => (narrow === 0xffffffff ? wide() : narrow);
  const size = field(bytes.readUInt32LE(at + 24));
  const packed = field(bytes.readUInt32LE(at + 20));
  const header = field(bytes.readUInt32LE(at + 42));
  return { name: bytes.subarray(at + 46, nameEnd), method: bytes.readUInt16LE(at + 10), size, packed, header };
}

/** The 64-bit numbers of extra field 1, one a call. */
function wideFields(extra: Buffer): () => number {
  let at = 0;
  let end = 0;
  while (extra.length - at >= 4) {
    const start = at + 4;
    const next = start + extra.readUInt16LE(at + 2);
    if (next > extra.length) break;
    if (extra.readUInt16LE(at) === 1) {
      at = start;
      end = next;
      break;
    }
    at = next;
  }
  return () => {
    if (end - at < 8) throw invalid('the directory is damaged');
    at += 8;
    return size64(extra, at - 8);
  };
}

function size64(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw invalid('the archive has a size that cannot be');
  return value;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Nothing is ever extracted, but an archive with such names was made to harm whoever does. */
function readName(bytes: Buffer): string {
  let name: string;
  try {
    name = decoder.decode(bytes);
  } catch (error) {
    throw invalid('the archive has a name that is not UTF-8', error);
  }
  if (/^[/\\]|^[A-Za-z]:|\0/.test(name) || name.split(/[/\\]/).includes('..')) {
    throw forbidden(`the archive name ${quoted(name)}`);
  }
  return name;
}

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { CachedSentence } from './sentence-cache.ts';

const MAGIC = 0x3153444c; // "LDS1", little-endian
const HEADER_BYTES = 4 + 4 + 4 + 32;
const EXTENSION = '.sentence';
/** Too much is trimmed to this share of the limit, so that not every write looks the folder through. */
const TRIMMED = 0.9;
/** After so much of the limit was written here the folder is counted anew: other processes may write to it, too. */
const RECOUNTED = 1 / 16;
/** After a failed write the disk is left alone for so long. */
const REST_MS = 60_000;
/** Writes that may wait; beyond it a sentence is simply not kept. */
const MOST_WAITING = 256;

/**
 * Sentences in a folder, one a file, within a bound of bytes: the least recently read go first. Nothing here may fail a
 * request: what cannot be read, or is not what was written, is not there; what cannot be written is not kept, and said in the log once
 * a minute.
 */
export class SentenceDisk {
  private readonly folder: string;
  private readonly limit: number;
  private readonly log: Log;
  private total = 0;
  private sinceCount = 0;
  private waiting = 0;
  private writing: Promise<void>;
  private restUntil = 0;

  private constructor(folder: string, limit: number, log: Log) {
    this.folder = folder;
    this.limit = limit;
    this.log = log;
    this.writing = this.trim().catch((error: unknown) => this.failed(error));
  }

  /** @param limit in bytes */
  static open(folder: string, limit: number, log: Log): SentenceDisk {
    return new SentenceDisk(folder, limit, log);
  }

  /** Bytes it holds, as far as known. */
  get bytes(): number {
    return this.total;
  }

  async read(key: string): Promise<CachedSentence | undefined> {
    const path = this.path(key);
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch {
      return undefined;
    }
    const sentence = decode(bytes);
    if (sentence === undefined) {
      this.log.warn({ key }, 'a cached sentence is damaged and was dropped');
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    }
    // The time of last use, for the trimming; some systems do not keep it by themselves.
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
    return sentence;
  }

  /** Writes behind the caller's back, one at a time. */
  write(key: string, sentence: CachedSentence): void {
    if (this.waiting >= MOST_WAITING || Date.now() < this.restUntil) return;
    this.waiting += 1;
    this.writing = this.writing
      .then(() => this.store(key, sentence))
      .catch((error: unknown) => this.failed(error))
      .finally(() => {
        this.waiting -= 1;
      });
  }

  async settled(): Promise<void> {
    await this.writing;
  }

  private async store(key: string, sentence: CachedSentence): Promise<void> {
    if (Date.now() < this.restUntil) return;
    const bytes = encode(sentence);
    if (bytes.length > this.limit) return;
    const path = this.path(key);
    const partial = `${path}.${randomBytes(4).toString('hex')}.part`;
    await mkdir(join(this.folder, key.slice(0, 2)), { recursive: true, mode: 0o700 });
    try {
      await writeFile(partial, bytes, { mode: 0o600 });
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
    this.total += bytes.length;
    this.sinceCount += bytes.length;
    if (this.total > this.limit || this.sinceCount > this.limit * RECOUNTED) await this.trim();
  }

  /** Counts the folder anew, and removes the least recently used of what is too much. */
  private async trim(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const files: { path: string; size: number; used: number }[] = [];
    for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const stats = await stat(path).catch(() => undefined);
      if (stats === undefined) continue;
      // Left by a process that was ended while it wrote.
      if (entry.name.endsWith('.part') && Date.now() - stats.mtimeMs > REST_MS) await rm(path, { force: true });
      else if (entry.name.endsWith(EXTENSION)) files.push({ path, size: stats.size, used: stats.mtimeMs });
    }
    this.total = files.reduce((sum, { size }) => sum + size, 0);
    this.sinceCount = 0;
    if (this.total <= this.limit) return;
    files.sort((a, b) => a.used - b.used);
    for (const { path, size } of files) {
      if (this.total <= this.limit * TRIMMED) break;
      await rm(path, { force: true });
      this.total -= size;
    }
  }

  private failed(error: unknown): void {
    if (Date.now() < this.restUntil) return;
    this.restUntil = Date.now() + REST_MS;
    this.log.warn({ err: error }, 'the sentence cache cannot be written; sentences are kept in memory only for now');
  }

  private path(key: string): string {
    return join(this.folder, key.slice(0, 2), key + EXTENSION);
  }
}

/** Magic, counts, SHA-256 of what follows, durations, samples: everything little-endian, as every machine we run on is. */
function encode({ samples, durations }: CachedSentence): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + durations.byteLength + samples.byteLength);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(durations.length, 4);
  bytes.writeUInt32LE(samples.length, 8);
  bytes.set(new Uint8Array(durations.buffer, durations.byteOffset, durations.byteLength), HEADER_BYTES);
  bytes.set(
    new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength),
    HEADER_BYTES + durations.byteLength,
  );
  createHash('sha256').update(bytes.subarray(HEADER_BYTES)).digest().copy(bytes, 12);
  return bytes;
}

function decode(bytes: Buffer): CachedSentence | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const counts = [bytes.readUInt32LE(4), bytes.readUInt32LE(8)] as const;
  const body = bytes.subarray(HEADER_BYTES);
  if (body.length !== 4 * (counts[0] + counts[1])) return undefined;
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(12, HEADER_BYTES))) return undefined;
  // A copy: typed arrays want an offset that is a multiple of their element's size.
  const copy = new Uint8Array(body).buffer;
  return {
    durations: new Int32Array(copy, 0, counts[0]),
    samples: new Float32Array(copy, 4 * counts[0], counts[1]),
  };
}

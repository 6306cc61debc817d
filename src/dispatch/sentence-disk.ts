import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LRUCache } from 'lru-cache';
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
/** The time of a file that is asked for all the time, out of memory, is set anew no more often. */
const TOUCH_MS = 60_000;
/** Sentences whose use is known; of others the time of their file is. */
const MOST_KNOWN = 100_000;

/** Of a sentence that is on the disk, or on its way there. */
interface Held {
  /** When it was last asked for, of this process. */
  used: number;
  /** When its file last had its time set. */
  touched: number;
}

export interface DiskOptions {
  readonly folder: string;
  /** In bytes. */
  readonly limit: number;
  readonly log: Log;
  /** A sentence that was to be kept is not. */
  readonly onUnwritten?: (() => void) | undefined;
}

/**
 * Sentences in a folder, one a file, within a bound of bytes: the least recently read go first. Nothing here may fail a
 * request: what cannot be read, or is not what was written, is not there; what cannot be written is not kept, and said
 * in the log once a minute.
 */
export class SentenceDisk {
  private readonly folder: string;
  private readonly limit: number;
  private readonly log: Log;
  private readonly onUnwritten: () => void;
  // By size, which grows as it fills: what is bounded by number is allocated whole.
  private readonly held = new LRUCache<string, Held>({ maxSize: MOST_KNOWN, sizeCalculation: () => 1 });
  private total = 0;
  private sinceCount = 0;
  private waiting = 0;
  private writing: Promise<void>;
  private restUntil = 0;

  constructor({ folder, limit, log, onUnwritten = () => undefined }: DiskOptions) {
    this.folder = folder;
    this.limit = limit;
    this.log = log;
    this.onUnwritten = onUnwritten;
    this.writing = this.trim().catch((error: unknown) => this.failed(error));
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
      this.held.delete(key);
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    }
    const now = Date.now();
    this.held.set(key, { used: now, touched: now });
    // Some systems do not keep the time of last use by themselves.
    setTime(path, now).catch(() => undefined);
    return sentence;
  }

  /** Writes a sentence behind the caller's back, one at a time; notes the use of one that is there. */
  keep(key: string, sentence: CachedSentence): void {
    const now = Date.now();
    const held = this.held.get(key);
    if (held === undefined) {
      this.held.set(key, { used: now, touched: now });
      this.enqueue(key, () => this.store(key, sentence));
      return;
    }
    held.used = now;
    if (now - held.touched < TOUCH_MS) return;
    held.touched = now;
    this.enqueue(key, () => this.touch(key, now));
  }

  async settled(): Promise<void> {
    await this.writing;
  }

  /** What cannot be done now is forgotten, so that whoever asks for the sentence next tries again. */
  private enqueue(key: string, work: () => Promise<void>): void {
    if (this.waiting >= MOST_WAITING || this.resting) {
      this.forget(key);
      return;
    }
    this.waiting += 1;
    this.writing = this.writing
      .then(() => (this.resting ? this.forget(key) : work()))
      .catch((error: unknown) => {
        this.forget(key);
        this.failed(error);
      })
      .finally(() => {
        this.waiting -= 1;
      });
  }

  private get resting(): boolean {
    return Date.now() < this.restUntil;
  }

  private forget(key: string): void {
    this.held.delete(key);
    this.onUnwritten();
  }

  private async touch(key: string, ms: number): Promise<void> {
    try {
      await setTime(this.path(key), ms);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // Another process trimmed it away.
      this.forget(key);
    }
  }

  private async store(key: string, sentence: CachedSentence): Promise<void> {
    const bytes = encode(sentence);
    if (bytes.length > this.limit) {
      // Remembered nevertheless: it would fit the next time no better.
      this.onUnwritten();
      return;
    }
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
      else if (entry.name.endsWith(EXTENSION)) {
        const known = this.held.peek(basename(path, EXTENSION))?.used ?? 0;
        files.push({ path, size: stats.size, used: Math.max(stats.mtimeMs, known) });
      }
    }
    this.total = files.reduce((sum, { size }) => sum + size, 0);
    this.sinceCount = 0;
    if (this.total <= this.limit) return;
    files.sort((a, b) => a.used - b.used);
    for (const { path, size } of files) {
      if (this.total <= this.limit * TRIMMED) break;
      await rm(path, { force: true });
      this.held.delete(basename(path, EXTENSION));
      this.total -= size;
    }
  }

  private failed(error: unknown): void {
    if (this.resting) return;
    this.restUntil = Date.now() + REST_MS;
    this.log.warn({ err: error }, 'the sentence cache cannot be written; sentences are kept in memory only for now');
  }

  private path(key: string): string {
    return join(this.folder, key.slice(0, 2), key + EXTENSION);
  }
}

function setTime(path: string, ms: number): Promise<void> {
  return utimes(path, new Date(ms), new Date(ms));
}

/**
 * Magic, counts, SHA-256 of what follows, durations, samples: everything little-endian, as every machine we run on is.
 */
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

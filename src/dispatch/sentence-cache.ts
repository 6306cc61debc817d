import { LRUCache } from 'lru-cache';
import type { SentenceDisk } from './sentence-disk.ts';

/** A sentence's sound, whole. */
export interface CachedSentence {
  readonly samples: Float32Array;
  /** Frames of each symbol: its timestamps. */
  readonly durations: Int32Array;
}

/** What an entry takes beside its samples, about. */
const ENTRY_BYTES = 200;

/**
 * Sentences by their content's address: the most recently used in memory, within a bound of bytes; those that were
 * asked for again on disk as well, so that they survive a restart.
 */
export class SentenceCache {
  private readonly memory: LRUCache<string, CachedSentence>;
  private readonly disk: SentenceDisk | undefined;

  /** @param bytes 0 keeps nothing */
  constructor(bytes: number, disk?: SentenceDisk) {
    this.memory = new LRUCache({
      maxSize: Math.max(1, bytes),
      sizeCalculation: (entry) => entry.samples.byteLength + entry.durations.byteLength + ENTRY_BYTES,
    });
    this.disk = disk;
  }

  get bytes(): number {
    return this.memory.calculatedSize;
  }

  get diskBytes(): number {
    return this.disk?.bytes ?? 0;
  }

  /** From memory. */
  get(key: string): CachedSentence | undefined {
    const found = this.memory.get(key);
    if (found !== undefined) this.disk?.keep(key, found);
    return found;
  }

  /** From disk, into memory; undefined when it is not there, or not whole. */
  async load(key: string): Promise<CachedSentence | undefined> {
    const found = await this.disk?.read(key);
    if (found === undefined) return undefined;
    this.memory.set(key, found);
    return found;
  }

  /** Whether it is there; it is in memory then. */
  async holds(key: string): Promise<boolean> {
    return this.memory.has(key) || (await this.load(key)) !== undefined;
  }

  /** @param keep on disk at once, without waiting to be asked for again */
  put(key: string, sentence: CachedSentence, keep = false): void {
    this.memory.set(key, sentence);
    if (keep) this.disk?.keep(key, sentence);
  }

  /** When everything that was to be written has been. */
  async settled(): Promise<void> {
    await this.disk?.settled();
  }
}

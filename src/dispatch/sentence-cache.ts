import { LRUCache } from 'lru-cache';
import { concatenate } from '../float-arrays.ts';
import type { SentenceDisk } from './sentence-disk.ts';

/** A sentence's sound, whole. */
export interface CachedSentence {
  readonly samples: Float32Array;
  /** Frames of each symbol: its timestamps. */
  readonly durations: Int32Array;
}

/** A sentence's sound as it was made. */
export interface MadeSentence {
  readonly pieces: readonly Float32Array[];
  readonly durations: Int32Array;
}

interface Kept {
  /** One, once it was asked for. */
  pieces: readonly Float32Array[];
  readonly durations: Int32Array;
}

/** What an entry takes beside its samples, about. */
const ENTRY_BYTES = 200;

/**
 * Sentences by their content's address: the most recently used in memory, within a bound of bytes; those that were
 * asked for again on disk as well, so that they survive a restart.
 */
export class SentenceCache {
  private readonly memory: LRUCache<string, Kept>;
  private readonly disk: SentenceDisk | undefined;

  /** @param bytes 0 keeps nothing */
  constructor(bytes: number, disk?: SentenceDisk) {
    this.memory = new LRUCache({
      maxSize: Math.max(1, bytes),
      sizeCalculation: ({ pieces, durations }) =>
        pieces.reduce((sum, { byteLength }) => sum + byteLength, durations.byteLength + ENTRY_BYTES),
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
    const kept = this.memory.get(key);
    if (kept === undefined) return undefined;
    const found = whole(kept);
    this.disk?.keep(key, found);
    return found;
  }

  /** From disk, into memory; undefined when it is not there, or not whole. */
  async load(key: string): Promise<CachedSentence | undefined> {
    const found = await this.disk?.read(key);
    if (found === undefined) return undefined;
    this.memory.set(key, { pieces: [found.samples], durations: found.durations });
    return found;
  }

  /** Whether it is there; it is in memory then. */
  async holds(key: string): Promise<boolean> {
    return this.memory.has(key) || (await this.load(key)) !== undefined;
  }

  /** @param keep on disk at once, without waiting to be asked for again */
  put(key: string, { pieces, durations }: MadeSentence, keep = false): void {
    const kept = { pieces, durations };
    this.memory.set(key, kept);
    if (keep) this.disk?.keep(key, whole(kept));
  }

  /** When everything that was to be written has been. */
  async settled(): Promise<void> {
    await this.disk?.settled();
  }
}

/** Most are said but once: joining their pieces is left to whoever asks for one again. */
function whole(kept: Kept): CachedSentence {
  const [first] = kept.pieces;
  const samples = kept.pieces.length === 1 && first !== undefined ? first : concatenate(kept.pieces);
  kept.pieces = [samples];
  return { samples, durations: kept.durations };
}

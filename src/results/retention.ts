import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { PARTIAL_SUFFIX, RESULT_NAME } from './names.ts';

export interface RetentionLimits {
  /** Age at which a result is removed, in hours; 0 is never. */
  readonly keepHours: number;
  /** Total size beyond which the oldest results are removed, in bytes; 0 is no limit. */
  readonly keepBytes: number;
}

/** How often the folder is looked through, and how long a half-written file may rest before nobody is writing it. */
const SWEEP_MS = 60_000;
const LEFTOVER_MS = 10 * 60_000;
/** Too much is trimmed to this share of the limit, so that a full folder is not looked through at every write. */
const TRIMMED = 0.9;

interface Kept {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

/**
 * Keeps a folder of results within an age and a size. The total is counted as bytes are written, so a burst is trimmed
 * at once; every sweep counts the folder anew, so several processes may share it.
 *
 * Removing a result never breaks someone who is hearing it: a reader holds the file open, and an open file keeps its
 * bytes after its name is gone (POSIX; on Windows Node opens files so that this holds as well).
 */
export class Retention {
  readonly #folder: string;
  readonly #limits: RetentionLimits;
  readonly #log: Log;
  /** Bytes in the folder, half-written files included. */
  #total = 0;
  /** Bytes added since the sweep under way began: it may or may not have seen them. */
  #unseen = 0;
  /** The total at which to sweep next, when files being written alone are past the limit. */
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(folder: string, limits: RetentionLimits, log: Log) {
    this.#folder = folder;
    this.#limits = limits;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => this.#sweepQuietly(), SWEEP_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Bytes were added to a file being written. Resolves when the folder is within its size again. */
  async grew(bytes: number): Promise<void> {
    this.#total += bytes;
    this.#unseen += bytes;
    const { keepBytes } = this.#limits;
    if (keepBytes > 0 && this.#total > Math.max(keepBytes, this.#next)) await this.#sweepQuietly();
  }

  /** A file being written was dropped. */
  shrank(bytes: number): void {
    this.#total -= bytes;
  }

  /** Looks the folder through: removes leftovers, what is too old, and the oldest of what is too much. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#look().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  /** A folder that cannot be read now must not fail the request at hand; writing to it will, if it comes to that. */
  async #sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#log.warn({ err: error }, 'results cannot be swept');
    }
  }

  async #look(): Promise<void> {
    const now = Date.now();
    this.#unseen = 0;
    const { results, partials } = await list(this.#folder);
    let total = 0;
    let removed = 0;
    const remove = async (file: Kept): Promise<void> => {
      await rm(join(this.#folder, file.name), { force: true });
      removed += 1;
    };

    for (const file of partials) {
      if (now - file.modified > LEFTOVER_MS) await remove(file);
      else total += file.size;
    }
    for (const file of results) total += file.size;
    const { keepHours, keepBytes } = this.#limits;
    const allowed = keepBytes === 0 ? Number.POSITIVE_INFINITY : total > keepBytes ? keepBytes * TRIMMED : keepBytes;
    for (const file of results) {
      const tooOld = keepHours > 0 && now - file.modified > keepHours * 3_600_000;
      if (!tooOld && total <= allowed) break;
      await remove(file);
      total -= file.size;
    }
    this.#total = total + this.#unseen;
    this.#next = this.#total + keepBytes * (1 - TRIMMED);
    if (removed > 0) this.#log.info({ removed, bytes: total }, 'results swept');
  }
}

/** The files of a folder that are ours, oldest first. */
async function list(folder: string): Promise<{ results: Kept[]; partials: Kept[] }> {
  const results: Kept[] = [];
  const partials: Kept[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const partial = entry.name.endsWith(PARTIAL_SUFFIX);
    if (!RESULT_NAME.test(partial ? entry.name.slice(0, -PARTIAL_SUFFIX.length) : entry.name)) continue;
    const stats = await stat(join(folder, entry.name)).catch(() => undefined);
    if (stats === undefined) continue; // gone meanwhile
    (partial ? partials : results).push({ name: entry.name, size: stats.size, modified: stats.mtimeMs });
  }
  results.sort((a, b) => a.modified - b.modified);
  return { results, partials };
}

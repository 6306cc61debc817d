import { access, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../in-parallel.ts';
import { HOLD_SUFFIX, RESULT_NAME } from '../names.ts';
import { byAge, type Inventory, type Shelf } from '../shelf.ts';
import type { Removal, Removed } from '../store.ts';
import { isMissing } from './failing.ts';
import { isWriting, SILENT_MS, WRITER } from './writer.ts';

/** Beside a result: what it is served as, where its extension does not say so. */
export const TYPE_SUFFIX = '.type';
/** A result on its way out: out of its place, so that a hold put on it meanwhile is seen before it is gone. */
const GOING_SUFFIX = '.going';
/** `<name>.<writer>.part`: half written. Without a writer it is of an earlier version. */
const PARTIAL = new RegExp(`^([0-9a-f]{32}\\.[a-z0-9]{2,5})(?:\\.(${WRITER.source}))?\\.part$`);
const BESIDE = /^([0-9a-f]{32}\.[a-z0-9]{2,5})(\.hold|\.type|\.going)$/;

/** No removal takes so long. */
const GOING_MS = 60_000;
/** Files asked for their size at once. */
const AT_ONCE = 16;

export function partialName(name: string, writer: string): string {
  return `${name}.${writer}.part`;
}

interface Found {
  readonly name: string;
  readonly bytes: number;
  readonly modified: Date;
  /** Since it is where it is, by whatever name before. */
  readonly changedMs: number;
}

/** A folder of results as retention sees it, and the holds in it. */
export class FileShelf implements Shelf {
  readonly #folder: string;
  readonly #writer: string;

  /** `writer` is this process's own id. */
  constructor(folder: string, writer: string) {
    this.#folder = folder;
    this.#writer = writer;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  async inventory(): Promise<Inventory> {
    const now = Date.now();
    const files = await this.#files();
    const named = new Set(files.map(({ name }) => name));
    const results = files
      .filter(({ name }) => RESULT_NAME.test(name))
      .map(({ name, bytes, modified }) => ({ name, size: bytes, modified, held: named.has(name + HOLD_SUFFIX) }))
      .sort(byAge);
    const partials = files.flatMap((file) => {
      const [partial, , writer] = PARTIAL.exec(file.name) ?? [];
      return partial === undefined || writer === this.#writer ? [] : [{ ...file, writer }];
    });
    const living = partials.filter(({ writer, modified }) => {
      const touched = modified.getTime();
      return writer === undefined ? now - touched < SILENT_MS : isWriting(writer, touched);
    });
    const left = [...partials.filter((file) => !living.includes(file)), ...files.filter(isLeftIn(named, now))];
    return {
      results,
      orphans: left.map(({ name, bytes, modified }) => ({ name, bytes, modified, reason: 'orphan' })),
      othersPending: living.map(({ bytes }) => bytes),
      otherWriters: new Set(living.map(({ writer }) => writer)).size,
      now,
    };
  }

  async discard(name: string): Promise<Removed> {
    if (await this.#has(name + HOLD_SUFFIX)) return 'held';
    try {
      await rename(this.path(name), this.path(name + GOING_SUFFIX));
    } catch (error) {
      if (isMissing(error)) return 'missing';
      throw error;
    }
    return this.#finish(name);
  }

  async clear({ name }: Removal): Promise<void> {
    const [, owner, suffix] = BESIDE.exec(name) ?? [];
    if (owner !== undefined && suffix === GOING_SUFFIX) await this.#finish(owner);
    else await rm(this.path(name), { force: true });
  }

  /** The hold is on the disk when this resolves with true. */
  async hold(name: string): Promise<boolean> {
    if (!RESULT_NAME.test(name) || !((await this.#has(name)) || (await this.#has(name + GOING_SUFFIX)))) return false;
    const file = await open(this.path(name + HOLD_SUFFIX), 'w', 0o600);
    try {
      await file.writeFile(`${new Date().toISOString()}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // A removal under way either sees the hold and puts the result back, or has looked before and ends it.
    for (let waits = 0; waits < 50; waits += 1) {
      if (await this.#has(name)) return true;
      if (!(await this.#has(name + GOING_SUFFIX))) break;
      await sleep(20);
    }
    // One that was interrupted does neither.
    await rename(this.path(name + GOING_SUFFIX), this.path(name)).catch(() => undefined);
    if (await this.#has(name)) return true;
    await rm(this.path(name + HOLD_SUFFIX), { force: true });
    return false;
  }

  async release(name: string): Promise<boolean> {
    if (!RESULT_NAME.test(name)) return false;
    await rm(this.path(name + HOLD_SUFFIX), { force: true });
    return this.#has(name);
  }

  async #finish(name: string): Promise<Removed> {
    const going = this.path(name + GOING_SUFFIX);
    if (await this.#has(name + HOLD_SUFFIX)) {
      await rename(going, this.path(name));
      return 'held';
    }
    await rm(going, { force: true });
    await rm(this.path(name + TYPE_SUFFIX), { force: true });
    return 'removed';
  }

  async #has(name: string): Promise<boolean> {
    return access(this.path(name)).then(
      () => true,
      () => false,
    );
  }

  /** Plain files, without following links. */
  async #files(): Promise<Found[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true });
    const names = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
    const found: Found[] = [];
    await inParallel([...names], AT_ONCE, async (name) => {
      const file = (await this.#find(name)) ?? (await this.#findCompleted(name, names));
      if (file !== undefined) found.push(file);
    });
    return found;
  }

  /** What has gone meanwhile was removed, or is complete: then it counts, by the name that it has now. */
  async #findCompleted(partial: string, listed: ReadonlySet<string>): Promise<Found | undefined> {
    const result = PARTIAL.exec(partial)?.[1];
    return result === undefined || listed.has(result) ? undefined : this.#find(result);
  }

  async #find(name: string): Promise<Found | undefined> {
    const stats = await lstat(this.path(name)).catch(() => undefined);
    return stats && { name, bytes: stats.size, modified: stats.mtime, changedMs: stats.ctimeMs };
  }
}

/** What stands beside no result, and a removal that was interrupted. */
function isLeftIn(named: ReadonlySet<string>, now: number): (file: Found) => boolean {
  return ({ name, changedMs }) => {
    const [, owner, suffix] = BESIDE.exec(name) ?? [];
    if (owner === undefined) return false;
    if (suffix === GOING_SUFFIX) return now - changedMs > GOING_MS;
    return !named.has(owner) && !named.has(owner + GOING_SUFFIX) && now - changedMs > SILENT_MS;
  };
}

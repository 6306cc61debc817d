import { constants } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Log } from '../log.ts';
import { storing, unlessMissing } from './files/failing.ts';
import { FilePending } from './files/pending.ts';
import { FileShelf, TYPE_SUFFIX } from './files/shelf.ts';
import { FileWriter } from './files/writer.ts';
import { contentTypeOf, RESULT_NAME } from './names.ts';
import type { RetentionLimits } from './plan.ts';
import { Retention } from './retention.ts';
import type { ResultStore, StoredResult } from './store.ts';
import { usageOf } from './usage.ts';

export interface FileStoreOptions extends RetentionLimits {
  /** Made when missing, for this user only: listing it would tell the names. */
  readonly folder: string;
  readonly log: Log;
  /** False leaves sweeping to whoever calls for it: the command line, beside a server that does it. */
  readonly upkeep?: boolean;
}

const SWEEP_MS = 60_000;

/**
 * Results as files of one folder, which several processes may share. Opens the folder, removes what dead processes left
 * half written and what is past its time, and goes on doing so until `close`. Throws `storage_failed` when the folder
 * cannot be made or read.
 *
 * Removing a result never breaks someone who is hearing it: a reader holds the file open, and an open file keeps its
 * bytes after its name is gone (POSIX; on Windows Node opens files so that this holds as well).
 */
export async function openFileStore(options: FileStoreOptions): Promise<ResultStore> {
  const { log, upkeep = true } = options;
  const writer = new FileWriter();
  const shelf = new FileShelf(options.folder, writer.id);
  const retention = new Retention(shelf, options, log);
  if (upkeep) {
    await storing(() => mkdir(options.folder, { recursive: true, mode: 0o700 }));
    await storing(() => retention.sweep());
    retention.start(SWEEP_MS);
  }
  const parts = { shelf, writer, retention };
  return {
    create: (kind) => FilePending.create(kind, parts),
    open: (name) => openResult(options.folder, name),
    remove: async (name) => (RESULT_NAME.test(name) ? storing(() => shelf.discard(name)) : 'missing'),
    hold: (name) => storing(() => shelf.hold(name)),
    release: (name) => storing(() => shelf.release(name)),
    list: async () => (await storing(() => shelf.inventory())).results,
    usage: async () => usageOf(await storing(() => shelf.inventory()), retention.ownBytes),
    sweep: ({ dryRun = false } = {}) => storing(() => (dryRun ? retention.preview() : retention.sweep())),
    close: async () => retention.stop(),
  };
}

async function openResult(folder: string, name: string): Promise<StoredResult | undefined> {
  // The shape of the name is the guard against traversal; the flags are the one against links and pipes put there.
  if (!RESULT_NAME.test(name)) return undefined;
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await unlessMissing(() => open(join(folder, name), flags));
  if (file === undefined) return undefined;
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    return undefined;
  }
  const type = await readFile(join(folder, name + TYPE_SUFFIX), 'utf8').catch(() => undefined);
  // From here on the file is held open: should retention remove its name meanwhile, the bytes stay until it is closed.
  return {
    size: stat.size,
    modified: stat.mtime,
    contentType: type ?? contentTypeOf(name),
    read: (start, end): Readable => file.createReadStream({ start, end, autoClose: true }),
    close: () => file.close(),
  };
}

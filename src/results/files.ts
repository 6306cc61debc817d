import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import { PARTIAL_SUFFIX, RESULT_NAME } from './names.ts';
import { Retention, type RetentionLimits } from './retention.ts';
import type { PendingResult, ResultStore, StoredResult } from './store.ts';

export interface FileStoreOptions extends RetentionLimits {
  /** Made when missing, for this user only: listing it would tell the names. */
  readonly folder: string;
  readonly log: Log;
}

/**
 * Results as files of one folder. Opens the folder, removes what an earlier process left half written or what is past
 * its time, and goes on doing so until `close`. Throws `storage_failed` when the folder cannot be made or read.
 */
export async function openFileStore(options: FileStoreOptions): Promise<ResultStore> {
  const { folder, log } = options;
  await storing(() => mkdir(folder, { recursive: true, mode: 0o700 }));
  const retention = new Retention(folder, options, log);
  await storing(() => retention.sweep());
  retention.start();
  return {
    create: () => storing(() => FilePending.create(folder, retention)),
    open: (name) => openResult(folder, name),
    close: async () => retention.stop(),
  };
}

class FilePending implements PendingResult {
  readonly name: string;
  readonly #folder: string;
  readonly #file: FileHandle;
  readonly #retention: Retention;
  #size = 0;
  #open = true;

  private constructor(folder: string, name: string, file: FileHandle, retention: Retention) {
    this.#folder = folder;
    this.name = name;
    this.#file = file;
    this.#retention = retention;
  }

  static async create(folder: string, retention: Retention): Promise<FilePending> {
    const name = `${randomBytes(16).toString('hex')}.wav`;
    const file = await open(join(folder, name + PARTIAL_SUFFIX), 'wx', 0o600);
    return new FilePending(folder, name, file, retention);
  }

  async append(bytes: Uint8Array): Promise<void> {
    await storing(() => writeAll(this.#file, bytes, this.#size));
    this.#size += bytes.byteLength;
    await this.#retention.grew(bytes.byteLength);
  }

  async commit(head?: Uint8Array): Promise<void> {
    if (head !== undefined) await storing(() => writeAll(this.#file, head, 0));
    // Closed before it is renamed: an error the disk reports late must still fail the request.
    await storing(() => this.#file.close());
    await storing(() => rename(this.#partial, join(this.#folder, this.name)));
    this.#open = false;
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#retention.shrank(this.#size);
    await this.#file.close().catch(() => undefined);
    await rm(this.#partial, { force: true }).catch(() => undefined);
  }

  get #partial(): string {
    return join(this.#folder, this.name + PARTIAL_SUFFIX);
  }
}

/** `write` may take less than it is given, on a full disk for one. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done);
    if (bytesWritten === 0) throw new Error('the disk took no more bytes');
    done += bytesWritten;
  }
}

async function openResult(folder: string, name: string): Promise<StoredResult | undefined> {
  // The shape of the name is the guard against traversal; the flags are the one against links and pipes put there.
  if (!RESULT_NAME.test(name)) return undefined;
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let file: FileHandle;
  try {
    file = await open(join(folder, name), flags);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new LangduError('storage_failed', {}, error);
  }
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    return undefined;
  }
  // From here on the file is held open: should retention remove its name meanwhile, the bytes stay until it is closed.
  return {
    size: stat.size,
    modified: stat.mtime,
    read: (start, end): Readable => file.createReadStream({ start, end, autoClose: true }),
    close: () => file.close(),
  };
}

/** ENOENT; ELOOP is a symbolic link under O_NOFOLLOW; ENXIO a socket. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ELOOP', 'ENXIO'].includes(String(error.code));
}

async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LangduError ? error : new LangduError('storage_failed', {}, error);
  }
}

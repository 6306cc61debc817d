import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { storing, unlessMissing } from '../../results/files/failing.ts';
import { writeAll } from '../../results/files/write-all.ts';
import { HEAD_BYTES, recordLength } from './record.ts';
import { type LeftLog, LogGap, type LogPlace, type LogStore } from './store.ts';

const LOG = '.log';
const KEPT = '.kept';
const suffixes = [LOG, KEPT, `${KEPT}.part`] as const;
const NAME = /^([0-9a-f-]{36})\.(log|kept|kept\.part)$/;

/**
 * Logs as files: `<folder>/<job>.log`, one behind the other, on a disk that all processes share. Made when missing, for
 * this user only. Throws `storage_failed`, or `storage_full` where the disk has no room.
 *
 * @param former where the logs of all drivers once were together: what a job that is asked for has there moves here
 */
export async function openFolderLogs(folder: string, former?: string): Promise<LogStore> {
  await storing(() => mkdir(folder, { recursive: true, mode: 0o700 }));
  return new FolderLogs(folder, former);
}

class FolderLogs implements LogStore {
  readonly #folder: string;
  readonly #former: string | undefined;

  constructor(folder: string, former: string | undefined) {
    this.#folder = folder;
    this.#former = former;
  }

  async write(job: string, place: LogPlace, record: Buffer): Promise<void> {
    const written = await storing(async () => {
      // Never 'a': a record goes to its place, over the torn end of a writer that died there. Only the first may make
      // the file: whoever comes late to a job that was removed must not bring it back.
      const file =
        place.record === 0
          ? await open(this.#path(job, LOG), openOrMake, 0o600)
          : await this.#found(job, LOG, (path) => open(path, 'r+'));
      if (file === undefined) return false;
      try {
        // Beyond the end the file would have a hole, which reads as damage only when all is spoken.
        if (place.offset > 0 && (await file.stat()).size < place.offset) return false;
        await writeAll(file, record, place.offset);
        // The job's progress will say that this is here: it must be, even after a power cut.
        await file.datasync();
        return true;
      } finally {
        await file.close();
      }
    });
    if (!written) throw new LogGap();
  }

  async *read(job: string, from: LogPlace, count: number): AsyncGenerator<Buffer> {
    const file = await this.#found(job, LOG, (path) => open(path, 'r'));
    if (file === undefined) return;
    try {
      let { offset } = from;
      for (let index = 0; index < count; index += 1) {
        const length = recordLength(await readAt(file, offset, HEAD_BYTES));
        if (length === undefined) return;
        const record = await readAt(file, offset, length);
        if (record.length < length) return;
        yield record;
        offset += length;
      }
    } finally {
      await file.close();
    }
  }

  keep(job: string, kept: Buffer): Promise<void> {
    return storing(async () => {
      const path = this.#path(job, KEPT);
      const file = await open(`${path}.part`, 'w', 0o600);
      try {
        await file.writeFile(kept);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(`${path}.part`, path);
    });
  }

  async kept(job: string): Promise<Buffer | undefined> {
    return this.#found(job, KEPT, (path) => readFile(path));
  }

  removeLog(job: string): Promise<void> {
    return this.#remove(job, LOG);
  }

  async remove(job: string): Promise<void> {
    for (const suffix of suffixes) await this.#remove(job, suffix);
  }

  async *jobs(): AsyncGenerator<LeftLog> {
    const seen = new Set<string>();
    for await (const { name } of await storing(() => opendir(this.#folder))) {
      const job = NAME.exec(name)?.[1];
      if (job === undefined || seen.has(job)) continue;
      seen.add(job);
      const changedAt = await this.#changedAt(job);
      if (changedAt !== undefined) yield { job, changedAt };
    }
  }

  async #changedAt(job: string): Promise<number | undefined> {
    const found = await Promise.all(suffixes.map((suffix) => unlessMissing(() => stat(this.#path(job, suffix)))));
    const times = found.flatMap((one) => (one === undefined ? [] : [one.mtimeMs]));
    return times.length === 0 ? undefined : Math.max(...times);
  }

  /**
   * What is done to a file of a job, or undefined when there is none. One that is where all once were is moved first.
   */
  async #found<T>(job: string, suffix: string, work: (path: string) => Promise<T>): Promise<T | undefined> {
    const path = this.#path(job, suffix);
    const done = await unlessMissing(() => work(path));
    const former = this.#former;
    if (done !== undefined || former === undefined) return done;
    await unlessMissing(() => rename(join(former, job + suffix), path));
    return unlessMissing(() => work(path));
  }

  async #remove(job: string, suffix: string): Promise<void> {
    const folders = this.#former === undefined ? [this.#folder] : [this.#folder, this.#former];
    for (const folder of folders) await storing(() => rm(join(folder, job + suffix), { force: true }));
  }

  #path(job: string, suffix: string): string {
    return join(this.#folder, job + suffix);
  }
}

/** 'r+' that makes the file when it is missing and does not empty it when it is there. */
const openOrMake = constants.O_RDWR | constants.O_CREAT;

/** Up to `length` bytes; fewer at the end of the file. */
async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await storing(() => file.read(bytes, done, length - done, offset + done));
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

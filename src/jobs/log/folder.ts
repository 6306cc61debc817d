import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { storing, unlessMissing } from '../../results/files/failing.ts';
import { HEAD_BYTES, recordLength } from './record.ts';
import type { LogPlace, LogStore } from './store.ts';

const LOG = '.log';
const KEPT = '.kept';
const NAME = /^([0-9a-f-]{36})\.(log|kept|kept\.part)$/;

/**
 * Logs as files: `<folder>/<job>.log`, one behind the other, on a disk that all processes share. Made when missing, for
 * this user only. Throws `storage_failed`, or `storage_full` where the disk has no room.
 */
export async function openFolderLogs(folder: string): Promise<LogStore> {
  await storing(() => mkdir(folder, { recursive: true, mode: 0o700 }));
  return new FolderLogs(folder);
}

class FolderLogs implements LogStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(job: string, place: LogPlace, record: Buffer): Promise<void> {
    return storing(async () => {
      // Never 'a': a record goes to its place, over the torn end of a writer that died there. Only the first may make
      // the file: whoever comes late to a job that was removed must not bring it back.
      const file = await open(this.#path(job, LOG), place.record === 0 ? openOrMake : 'r+', 0o600);
      try {
        for (let done = 0; done < record.length; ) {
          const { bytesWritten } = await file.write(record, done, record.length - done, place.offset + done);
          if (bytesWritten === 0) throw new Error('the disk took no more bytes');
          done += bytesWritten;
        }
        // The job's progress will say that this is here: it must be, even after a power cut.
        await file.datasync();
      } finally {
        await file.close();
      }
    });
  }

  async *read(job: string, from: LogPlace, count: number): AsyncGenerator<Buffer> {
    const file = await unlessMissing(() => open(this.#path(job, LOG), 'r'));
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
    return unlessMissing(() => readFile(this.#path(job, KEPT)));
  }

  removeLog(job: string): Promise<void> {
    return storing(() => rm(this.#path(job, LOG), { force: true }));
  }

  async remove(job: string): Promise<void> {
    for (const suffix of [LOG, KEPT, `${KEPT}.part`]) {
      await storing(() => rm(this.#path(job, suffix), { force: true }));
    }
  }

  async *jobs(): AsyncGenerator<string> {
    const seen = new Set<string>();
    for await (const { name } of await storing(() => opendir(this.#folder))) {
      const job = NAME.exec(name)?.[1];
      if (job === undefined || seen.has(job)) continue;
      seen.add(job);
      yield job;
    }
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

import { inParallel } from '../../in-parallel.ts';
import { Bucket } from '../../results/s3/bucket.ts';
import { BucketRequests, type BucketSettings, storingInS3 } from '../../results/s3/requests.ts';
import type { LeftLog, LogPlace, LogStore } from './store.ts';

const KEPT = 'kept';
const NAME = /^([0-9a-f-]{36})\.(?:\d{8}|kept)$/;
const TYPE = 'application/octet-stream';
/** Requests at a time, where many objects are removed. */
const AT_ONCE = 8;

/** Logs as objects of the bucket that has the results, one a record: for processes on machines that share no folder. */
export function openBucketLogs(settings: BucketSettings & { readonly prefix: string }): LogStore {
  return new BucketLogs(new Bucket(new BucketRequests(settings)), `${settings.prefix}jobs/`);
}

class BucketLogs implements LogStore {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  write(job: string, { record }: LogPlace, bytes: Buffer): Promise<void> {
    return storingInS3(() => this.#bucket.put(this.#key(job, numbered(record)), new Uint8Array(bytes), TYPE));
  }

  async *read(job: string, { record }: LogPlace, count: number): AsyncGenerator<Buffer> {
    for (let index = record; index < record + count; index += 1) {
      const bytes = await storingInS3(() => this.#bucket.bytes(this.#key(job, numbered(index))));
      if (bytes === undefined) return;
      yield bytes;
    }
  }

  keep(job: string, kept: Buffer): Promise<void> {
    return storingInS3(() => this.#bucket.put(this.#key(job, KEPT), new Uint8Array(kept), TYPE));
  }

  kept(job: string): Promise<Buffer | undefined> {
    return storingInS3(() => this.#bucket.bytes(this.#key(job, KEPT)));
  }

  removeLog(job: string): Promise<void> {
    return this.#remove(job, (name) => name !== KEPT);
  }

  remove(job: string): Promise<void> {
    return this.#remove(job, () => true);
  }

  async *jobs(): AsyncGenerator<LeftLog> {
    const { objects } = await storingInS3(() => this.#bucket.list(this.#prefix));
    const jobs = new Map<string, number>();
    for (const { key, modified } of objects) {
      const job = NAME.exec(key.slice(this.#prefix.length))?.[1];
      if (job !== undefined) jobs.set(job, Math.max(modified.getTime(), jobs.get(job) ?? 0));
    }
    for (const [job, changedAt] of jobs) yield { job, changedAt };
  }

  async #remove(job: string, which: (name: string) => boolean): Promise<void> {
    const begin = this.#key(job, '');
    await storingInS3(async () => {
      const { objects } = await this.#bucket.list(begin);
      const keys = objects.map(({ key }) => key).filter((key) => which(key.slice(begin.length)));
      await inParallel(keys, AT_ONCE, (key) => this.#bucket.delete(key));
    });
  }

  #key(job: string, name: string): string {
    return `${this.#prefix}${job}.${name}`;
  }
}

function numbered(record: number): string {
  return String(record).padStart(8, '0');
}

import type { Log } from '../log.ts';
import { RESULT_NAME, type ResultKind } from './names.ts';
import type { RetentionLimits } from './plan.ts';
import { Retention } from './retention.ts';
import { Bucket } from './s3/bucket.ts';
import { type S3Parts, S3Pending } from './s3/pending.ts';
import { readObject } from './s3/read.ts';
import { BucketRequests, type BucketSettings, storingInS3 } from './s3/requests.ts';
import { S3Shelf } from './s3/shelf.ts';
import { S3Writer } from './s3/writer.ts';
import type { PendingResult, Removed, ResultEntry, ResultStore, StoredResult, SweepReport, Usage } from './store.ts';
import { usageOf } from './usage.ts';

export interface S3StoreOptions extends RetentionLimits, BucketSettings {
  /** What the keys of results begin with; nothing else of the bucket is looked at. */
  readonly prefix: string;
  /** `redirect`: whoever opens a result may send its reader to the S3 server itself. */
  readonly delivery: 'proxy' | 'redirect';
  readonly log: Log;
  /** False leaves sweeping to whoever calls for it: the command line, beside a server that does it. */
  readonly upkeep?: boolean;
}

/** Looking a bucket through is a request for every thousand objects, which some servers charge for. */
const SWEEP_MS = 10 * 60_000;
/** How long the S3 server takes a reader that was sent to it. */
const DIRECT_SECONDS = 300;

/**
 * Results as objects of a bucket, which several servers may share. Looks the bucket through, ends uploads that dead
 * processes have left, and goes on doing so until `close`. Throws `storage_failed` when the bucket cannot be listed.
 */
export async function openS3Store(options: S3StoreOptions): Promise<ResultStore> {
  const store = new S3Store(options);
  if (options.upkeep ?? true) await store.start();
  return store;
}

class S3Store implements ResultStore {
  readonly #options: S3StoreOptions;
  readonly #bucket: Bucket;
  readonly #shelf: S3Shelf;
  readonly #retention: Retention;
  readonly #parts: S3Parts;

  constructor(options: S3StoreOptions) {
    const { prefix, log } = options;
    this.#options = options;
    this.#bucket = new Bucket(new BucketRequests(options));
    const writer = new S3Writer(this.#bucket, prefix);
    this.#shelf = new S3Shelf(this.#bucket, prefix, writer);
    this.#retention = new Retention(this.#shelf, options, log);
    this.#parts = { bucket: this.#bucket, prefix, writer, retention: this.#retention };
  }

  async start(): Promise<void> {
    await this.sweep();
    this.#retention.start(SWEEP_MS);
  }

  async create(kind: ResultKind): Promise<PendingResult> {
    return new S3Pending(kind, this.#parts);
  }

  async open(name: string): Promise<StoredResult | undefined> {
    if (!RESULT_NAME.test(name)) return undefined;
    const ended = this.#shelf.reads(name);
    if (ended === undefined) return undefined;
    try {
      const head = await storingInS3(() => this.#bucket.head(this.#options.prefix + name));
      if (head === undefined) ended();
      return (
        head && {
          ...head,
          ...this.#direct(head.key),
          read: (start, end) => readObject(this.#bucket, head, start, end, ended),
          close: async () => ended(),
        }
      );
    } catch (error) {
      ended();
      throw error;
    }
  }

  remove(name: string): Promise<Removed> {
    return storingInS3(async () => ((await this.#shelf.has(name)) ? this.#shelf.discard(name) : 'missing'));
  }

  hold(name: string): Promise<boolean> {
    return storingInS3(() => this.#shelf.hold(name));
  }

  release(name: string): Promise<boolean> {
    return storingInS3(() => this.#shelf.release(name));
  }

  async list(): Promise<readonly ResultEntry[]> {
    return (await storingInS3(() => this.#shelf.inventory())).results;
  }

  async usage(): Promise<Usage> {
    return usageOf(await storingInS3(() => this.#shelf.inventory()), this.#retention.ownBytes);
  }

  sweep({ dryRun = false } = {}): Promise<SweepReport> {
    return storingInS3(() => (dryRun ? this.#retention.preview() : this.#retention.sweep()));
  }

  async close(): Promise<void> {
    this.#retention.stop();
  }

  #direct(key: string): Pick<StoredResult, 'direct'> {
    if (this.#options.delivery === 'proxy') return {};
    return {
      direct: (disposition) => {
        const query: Record<string, string> =
          disposition === undefined ? {} : { 'response-content-disposition': disposition };
        return storingInS3(() => this.#bucket.presign(key, DIRECT_SECONDS, query));
      },
    };
  }
}

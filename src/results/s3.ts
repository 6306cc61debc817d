import type { Log } from '../log.ts';
import { RESULT_NAME } from './names.ts';
import type { RetentionLimits } from './plan.ts';
import { Retention } from './retention.ts';
import { Bucket } from './s3/bucket.ts';
import { RemotePending } from './s3/pending.ts';
import { readObject } from './s3/read.ts';
import { BucketRequests, type BucketSettings, storingRemotely } from './s3/requests.ts';
import { RemoteShelf } from './s3/shelf.ts';
import { RemoteWriter } from './s3/writer.ts';
import type { ResultStore, StoredResult } from './store.ts';
import { usageOf } from './usage.ts';

export interface RemoteStoreOptions extends RetentionLimits, BucketSettings {
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
export async function openRemoteStore(options: RemoteStoreOptions): Promise<ResultStore> {
  const { prefix, log, upkeep = true } = options;
  const bucket = new Bucket(new BucketRequests(options));
  const writer = new RemoteWriter(bucket, prefix);
  const shelf = new RemoteShelf(bucket, prefix, writer);
  const retention = new Retention(shelf, options, log);
  if (upkeep) {
    await storingRemotely(() => retention.sweep());
    retention.start(SWEEP_MS);
  }
  const remote = { bucket, prefix, writer, retention };

  async function open(name: string): Promise<StoredResult | undefined> {
    if (!RESULT_NAME.test(name)) return undefined;
    const ended = shelf.reads(name);
    if (ended === undefined) return undefined;
    try {
      const head = await bucket.head(prefix + name);
      if (head === undefined) ended();
      return (
        head && {
          ...head,
          ...direct(head.key),
          read: (start, end) => readObject(bucket, head, start, end, ended),
          close: async () => ended(),
        }
      );
    } catch (error) {
      ended();
      throw error;
    }
  }

  function direct(key: string): Pick<StoredResult, 'direct'> {
    if (options.delivery === 'proxy') return {};
    return {
      direct: (disposition) => {
        const query: Record<string, string> =
          disposition === undefined ? {} : { 'response-content-disposition': disposition };
        return storingRemotely(() => bucket.presign(key, DIRECT_SECONDS, query));
      },
    };
  }

  return {
    create: async (kind) => new RemotePending(kind, remote),
    open: (name) => storingRemotely(() => open(name)),
    remove: (name) => storingRemotely(async () => ((await shelf.has(name)) ? shelf.discard(name) : 'missing')),
    hold: (name) => storingRemotely(() => shelf.hold(name)),
    release: (name) => storingRemotely(() => shelf.release(name)),
    list: async () => (await storingRemotely(() => shelf.inventory())).results,
    usage: async () => usageOf(await storingRemotely(() => shelf.inventory()), retention.ownBytes),
    sweep: ({ dryRun = false } = {}) => storingRemotely(() => (dryRun ? retention.preview() : retention.sweep())),
    close: async () => retention.stop(),
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { HOLD_SUFFIX, RESULT_NAME } from '../names.ts';
import { byAge, type Inventory, type Shelf } from '../shelf.ts';
import type { Removal, Removed } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { findWriters, type S3Writer } from './writer.ts';

/**
 * A removal looks for a hold and deletes at once; who puts a hold looks again after this long whether it was in time.
 */
const SETTLED_MS = 1_000;
/** How long a hold may stand beside no result. */
const LEFT_MS = 10 * 60_000;

/** The results below a prefix of a bucket as retention sees them, and the holds: an object each, `<name>.hold`. */
export class S3Shelf implements Shelf {
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #writer: S3Writer;
  /** Ids of the uploads that the last inventory found to be nobody's. */
  #orphans = new Map<string, string>();
  readonly #reading = new Map<string, number>();
  readonly #going = new Set<string>();

  constructor(bucket: Bucket, prefix: string, writer: S3Writer) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#writer = writer;
  }

  async inventory(): Promise<Inventory> {
    // Uploads first: one is claimed before it begins, so whatever is there now is claimed by a writer found after.
    const uploads = await this.#bucket.uploads(this.#prefix);
    const { claimed, others, left } = await findWriters(this.#bucket, this.#prefix, this.#writer.key);
    const { objects, now } = await this.#bucket.list(this.#prefix);
    const found = objects.map((object) => ({ ...object, name: object.key.slice(this.#prefix.length) }));
    const named = new Set(found.map(({ name }) => name));
    const results = found
      .filter(({ name }) => RESULT_NAME.test(name))
      .map(({ name, size, modified }) => ({ name, size, modified, held: named.has(name + HOLD_SUFFIX) }))
      .sort(byAge);

    const orphans: Removal[] = [];
    this.#orphans = new Map();
    for (const { key, id, begun } of uploads) {
      const name = key.slice(this.#prefix.length);
      if (!RESULT_NAME.test(name) || claimed.has(name)) continue;
      this.#orphans.set(name, id);
      orphans.push({ name, bytes: 0, modified: begun, reason: 'orphan' });
    }
    for (const { key, size, modified } of left) {
      orphans.push({ name: key.slice(this.#prefix.length), bytes: size, modified, reason: 'orphan' });
    }
    for (const { name, size, modified } of found) {
      if (!name.endsWith(HOLD_SUFFIX) || named.has(name.slice(0, -HOLD_SUFFIX.length))) continue;
      if (now - modified.getTime() > LEFT_MS) orphans.push({ name, bytes: size, modified, reason: 'orphan' });
    }
    return { results, orphans, othersPending: [], otherWriters: others, now };
  }

  /** Never 'missing': S3 does not say whether there was anything to delete. */
  async discard(name: string): Promise<Removed> {
    if (await this.#isHeld(name)) return 'held';
    if (this.busy(name)) return 'busy';
    this.#going.add(name);
    try {
      await this.#bucket.delete(this.#key(name));
    } finally {
      this.#going.delete(name);
    }
    return 'removed';
  }

  async clear({ name }: Removal): Promise<void> {
    const upload = this.#orphans.get(name);
    if (upload === undefined) await this.#bucket.delete(this.#key(name));
    else await this.#bucket.abort(this.#key(name), upload);
  }

  async hold(name: string): Promise<boolean> {
    if (!(await this.has(name))) return false;
    await this.#bucket.put(this.#key(name + HOLD_SUFFIX), Buffer.from(`${new Date().toISOString()}\n`), 'text/plain');
    await sleep(SETTLED_MS);
    if (await this.has(name)) return true;
    await this.#bucket.delete(this.#key(name + HOLD_SUFFIX));
    return false;
  }

  async release(name: string): Promise<boolean> {
    if (!RESULT_NAME.test(name)) return false;
    await this.#bucket.delete(this.#key(name + HOLD_SUFFIX));
    return this.has(name);
  }

  async has(name: string): Promise<boolean> {
    return RESULT_NAME.test(name) && (await this.#bucket.head(this.#key(name))) !== undefined;
  }

  /**
   * From here on this process reads a result; what it returns ends that, once. Undefined when the result is being
   * removed.
   */
  reads(name: string): (() => void) | undefined {
    if (this.#going.has(name)) return undefined;
    this.#reading.set(name, (this.#reading.get(name) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const readers = this.#reading.get(name)! - 1;
      if (readers === 0) this.#reading.delete(name);
      else this.#reading.set(name, readers);
    };
  }

  busy(name: string): boolean {
    return this.#reading.has(name);
  }

  async #isHeld(name: string): Promise<boolean> {
    return (await this.#bucket.head(this.#key(name + HOLD_SUFFIX))) !== undefined;
  }

  #key(name: string): string {
    return this.#prefix + name;
  }
}

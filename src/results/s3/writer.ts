import { randomBytes } from 'node:crypto';
import { isProcessId, isRunning, type ProcessId, thisProcess } from '../process-id.ts';
import type { Bucket } from './bucket.ts';

const HEARTBEAT_MS = 60_000;
/** A process of another machine that was not heard of for so long is gone, or cannot reach the server either. */
const SILENT_MS = 10 * 60_000;

/**
 * This process as a writer of a bucket: an object that names the uploads in parts it has begun, written before each of
 * them and renewed while there are any. S3 keeps an upload until somebody ends it; this tells whose it is.
 */
export class S3Writer {
  readonly key: string;
  readonly #bucket: Bucket;
  readonly #uploads = new Set<string>();
  #saving: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.key = `${writersPrefix(prefix)}${randomBytes(8).toString('hex')}`;
  }

  async begins(name: string): Promise<void> {
    this.#uploads.add(name);
    this.#timer ??= setInterval(() => void this.#save().catch(() => undefined), HEARTBEAT_MS).unref();
    await this.#save();
  }

  /** Never throws: what a lost message leaves here ends with this process. */
  async ended(name: string): Promise<void> {
    this.#uploads.delete(name);
    if (this.#uploads.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    await this.#save().catch(() => undefined);
  }

  /** One after the other, each with what there is when it begins. */
  #save(): Promise<void> {
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(async () => {
        if (this.#uploads.size === 0) return this.#bucket.delete(this.key);
        const claim = { ...thisProcess(), uploads: [...this.#uploads] };
        return this.#bucket.put(this.key, Buffer.from(JSON.stringify(claim)), 'application/json');
      });
    return this.#saving;
  }
}

export interface Writers {
  /** Names of results that running processes are uploading. */
  readonly claimed: ReadonlySet<string>;
  /** How many processes do, without this one. */
  readonly others: number;
  /** Objects that dead processes have left. */
  readonly left: readonly { readonly key: string; readonly size: number; readonly modified: Date }[];
}

/** Who is uploading below a prefix. `own` is this process's object. */
export async function findWriters(bucket: Bucket, prefix: string, own: string): Promise<Writers> {
  const { objects, now } = await bucket.list(writersPrefix(prefix));
  const claimed = new Set<string>();
  const left = [];
  let others = 0;
  for (const object of objects) {
    const claim = parse(await bucket.read(object.key));
    const silent = now - object.modified.getTime() > SILENT_MS;
    const running = object.key === own || (claim !== undefined && (isRunning(claim) ?? !silent));
    if (!running) left.push(object);
    else for (const name of claim?.uploads ?? []) claimed.add(name);
    if (running && object.key !== own) others += 1;
  }
  return { claimed, others, left };
}

function writersPrefix(prefix: string): string {
  return `${prefix}writers/`;
}

function parse(json: string | undefined): (ProcessId & { readonly uploads: readonly string[] }) | undefined {
  try {
    const claim: unknown = JSON.parse(json ?? '');
    if (!isProcessId(claim) || !('uploads' in claim) || !Array.isArray(claim.uploads)) return undefined;
    return { ...claim, uploads: claim.uploads.filter((name) => typeof name === 'string') };
  } catch {
    return undefined;
  }
}

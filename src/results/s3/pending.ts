import { contentTypeOf, newName, type ResultKind } from '../names.ts';
import type { Retention } from '../retention.ts';
import type { PendingResult } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { Part } from './part.ts';
import { storingInS3 } from './requests.ts';
import type { S3Writer } from './writer.ts';

export interface S3Parts {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly writer: S3Writer;
  readonly retention: Retention;
}

/**
 * A result on its way to S3. The first part waits for `commit`, which may write over its beginning; a result that needs
 * no second is one object put. Longer ones go up part by part as they grow. Memory holds the first part, one that is
 * being filled and one that is being sent, however long the result.
 */
export class S3Pending implements PendingResult {
  readonly name: string;
  readonly #contentType: string;
  readonly #expected: number;
  readonly #parts: S3Parts;
  readonly #first = new Part();
  #part: Part | undefined;
  /** ETags of the parts from the second on, in order, as they are sent. */
  readonly #sent: Promise<string>[] = [];
  #claimed = false;
  #committing = false;
  #upload: string | undefined;
  #size = 0;
  #open = true;

  constructor(kind: ResultKind, parts: S3Parts) {
    this.name = newName(kind);
    this.#contentType = kind.contentType ?? contentTypeOf(this.name);
    this.#expected = kind.expectedBytes ?? 0;
    this.#parts = parts;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#orDrop(async () => {
      await this.#parts.retention.write(bytes.byteLength, this.#size, this.#expected, () => this.#fill(bytes));
    });
  }

  async commit(head?: Uint8Array): Promise<void> {
    await this.#orDrop(async () => {
      const { bucket, retention } = this.#parts;
      this.#committing = true;
      if (head !== undefined) this.#first.overwrite(head);
      if (this.#part === undefined) await bucket.put(this.#key, this.#first.bytes, this.#contentType);
      else await this.#complete(this.#part);
      this.#open = false;
      retention.completed(this.name, this.#size, this.#expected);
      await this.#disclaim();
    });
  }

  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#parts.retention.dropped(this.#size, this.#expected);
    await Promise.allSettled(this.#sent); // a part that arrives later would be left
    const { bucket } = this.#parts;
    // Where the server cannot be reached the claim ends all the same: a later sweep finds the upload to be nobody's.
    if (this.#upload !== undefined) await bucket.abort(this.#key, this.#upload).catch(() => undefined);
    // A commit whose answer was lost may have made the object.
    if (this.#committing) await bucket.delete(this.#key).catch(() => undefined);
    await this.#disclaim();
  }

  get #key(): string {
    return this.#parts.prefix + this.name;
  }

  async #fill(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.byteLength;
    let rest = bytes.subarray(this.#first.fill(bytes));
    while (rest.byteLength > 0) {
      this.#part ??= new Part();
      const taken = this.#part.fill(rest);
      rest = rest.subarray(taken);
      if (taken === 0) await this.#send(this.#part);
    }
  }

  /** Sends a part when the one before it has arrived, and lets the next be filled meanwhile. */
  async #send(part: Part): Promise<void> {
    this.#part = undefined;
    const upload = await this.#begun();
    await this.#sent.at(-1);
    const number = this.#sent.length + 2;
    const sending = this.#parts.bucket.part(this.#key, upload, number, part.bytes, part.sha256());
    sending.catch(() => undefined); // its failure is the next call's
    this.#sent.push(sending);
  }

  async #begun(): Promise<string> {
    if (this.#upload !== undefined) return this.#upload;
    this.#claimed = true;
    await this.#parts.writer.begins(this.name);
    this.#upload = await this.#parts.bucket.begin(this.#key, this.#contentType);
    return this.#upload;
  }

  async #complete(last: Part): Promise<void> {
    const { bucket } = this.#parts;
    await this.#send(last);
    const upload = await this.#begun();
    const first = await bucket.part(this.#key, upload, 1, this.#first.bytes);
    const etags = [first, ...(await Promise.all(this.#sent))];
    try {
      await bucket.complete(this.#key, upload, etags);
    } catch (error) {
      // When the answer was lost, a second try finds no such upload, and the object there.
      if ((await bucket.head(this.#key).catch(() => undefined))?.size !== this.#size) throw error;
    }
  }

  async #disclaim(): Promise<void> {
    if (this.#claimed) await this.#parts.writer.ended(this.name);
  }

  async #orDrop(work: () => Promise<void>): Promise<void> {
    if (!this.#open) throw new Error('the result has been committed or aborted');
    try {
      await storingInS3(work);
    } catch (error) {
      await this.abort();
      throw error;
    }
  }
}

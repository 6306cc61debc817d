import { type BucketRequests, S3Error } from './requests.ts';
import { asElementText, blocks, text } from './xml.ts';

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
}

export interface ObjectHead extends StoredObject {
  readonly contentType: string;
  readonly etag: string;
}

export interface Listing {
  readonly objects: readonly StoredObject[];
  /** By the server's clock, which the objects' times are of. */
  readonly now: number;
}

export interface Upload {
  readonly key: string;
  readonly id: string;
  readonly begun: Date;
}

/** The calls of S3 that a store of results makes. Throws `S3Error`, or what `fetch` throws. */
export class Bucket {
  readonly #requests: BucketRequests;

  constructor(requests: BucketRequests) {
    this.#requests = requests;
  }

  async put(key: string, body: Uint8Array<ArrayBuffer>, contentType: string): Promise<void> {
    await drained(await this.#requests.send({ method: 'PUT', key, body, headers: { 'content-type': contentType } }));
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    const response = await orMissing(this.#requests.send({ method: 'HEAD', key }));
    if (response === undefined) return undefined;
    const { headers } = response;
    return {
      key,
      size: Number(headers.get('content-length')),
      modified: new Date(headers.get('last-modified') ?? 0),
      contentType: headers.get('content-type') ?? 'application/octet-stream',
      etag: headers.get('etag') ?? '',
    };
  }

  /** Bytes `start` to `end`, both included, of the object as `head` saw it. */
  get({ key, etag }: ObjectHead, start: number, end: number, signal: AbortSignal): Promise<Response> {
    const headers = { range: `bytes=${start}-${end}`, 'if-match': etag };
    return this.#requests.send({ method: 'GET', key, headers, signal });
  }

  async read(key: string): Promise<string | undefined> {
    return (await orMissing(this.#requests.send({ method: 'GET', key })))?.text();
  }

  /** All of an object; undefined when there is none. */
  async bytes(key: string): Promise<Buffer | undefined> {
    const response = await orMissing(this.#requests.send({ method: 'GET', key }));
    return response && Buffer.from(await response.arrayBuffer());
  }

  /** Resolves also when there is nothing to delete: S3 does not say. */
  async delete(key: string): Promise<void> {
    await drained(await orMissing(this.#requests.send({ method: 'DELETE', key })));
  }

  /** Objects whose key is `prefix` and no further slash. */
  async list(prefix: string): Promise<Listing> {
    const objects: StoredObject[] = [];
    let now = Date.now();
    let token: string | undefined;
    do {
      const more: Record<string, string> = token === undefined ? {} : { 'continuation-token': token };
      const query = { 'list-type': '2', prefix, delimiter: '/', 'encoding-type': 'url', ...more };
      const response = await this.#requests.send({ method: 'GET', query });
      now = Date.parse(response.headers.get('date') ?? '') || now;
      const xml = await response.text();
      for (const block of blocks(xml, 'Contents')) {
        const modified = new Date(text(block, 'LastModified') ?? 0);
        objects.push({ key: keyOf(block), size: Number(text(block, 'Size')), modified });
      }
      token = text(xml, 'IsTruncated') === 'true' ? text(xml, 'NextContinuationToken') : undefined;
    } while (token !== undefined);
    return { objects, now };
  }

  /** Begins an upload in parts: its id. */
  async begin(key: string, contentType: string): Promise<string> {
    const headers = { 'content-type': contentType };
    const response = await this.#requests.send({ method: 'POST', key, query: { uploads: '' }, headers });
    const id = text(await response.text(), 'UploadId');
    if (id === undefined) throw new S3Error('POST', response.status, 'without an UploadId');
    return id;
  }

  /** Part `number`, from 1, of an upload: its ETag. */
  async part(key: string, id: string, number: number, body: Uint8Array<ArrayBuffer>, sha256?: string): Promise<string> {
    const query = { partNumber: String(number), uploadId: id };
    const hash = sha256 === undefined ? {} : { sha256 };
    const response = await this.#requests.send({ method: 'PUT', key, query, body, ...hash });
    await drained(response);
    const etag = response.headers.get('etag');
    if (etag === null) throw new S3Error('PUT', response.status, 'without an ETag');
    return etag;
  }

  /** Makes the object of parts 1 to n. S3 may answer 200 and then change its mind, in the body. */
  async complete(key: string, id: string, etags: readonly string[]): Promise<void> {
    const parts = etags.map(
      (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${asElementText(etag)}</ETag></Part>`,
    );
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
    const response = await this.#requests.send({ method: 'POST', key, query: { uploadId: id }, body });
    const code = text(await response.text(), 'Code');
    if (code !== undefined) throw new S3Error('POST', response.status, code);
  }

  async abort(key: string, id: string): Promise<void> {
    await drained(await orMissing(this.#requests.send({ method: 'DELETE', key, query: { uploadId: id } })));
  }

  /** Uploads in parts, begun and not yet ended by anyone. */
  async uploads(prefix: string): Promise<Upload[]> {
    const found: Upload[] = [];
    let markers: Record<string, string> | undefined = {};
    while (markers !== undefined) {
      const query = { uploads: '', prefix, 'encoding-type': 'url', ...markers };
      const xml: string = await (await this.#requests.send({ method: 'GET', query })).text();
      for (const block of blocks(xml, 'Upload')) {
        const begun = new Date(text(block, 'Initiated') ?? 0);
        found.push({ key: keyOf(block), id: text(block, 'UploadId') ?? '', begun });
      }
      const next = {
        'key-marker': text(xml, 'NextKeyMarker') ?? '',
        'upload-id-marker': text(xml, 'NextUploadIdMarker') ?? '',
      };
      markers = text(xml, 'IsTruncated') === 'true' ? next : undefined;
    }
    return found;
  }

  presign(key: string, seconds: number, query: Readonly<Record<string, string>>): Promise<string> {
    return this.#requests.presign(key, seconds, query);
  }
}

/** Keys come as in a URL, since XML cannot hold all that a key may. */
function keyOf(block: string): string {
  return decodeURIComponent((text(block, 'Key') ?? '').replaceAll('+', ' '));
}

async function orMissing(sent: Promise<Response>): Promise<Response | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof S3Error && error.status === 404 && error.code !== 'NoSuchBucket') return undefined;
    throw error;
  }
}

/** A body that nobody reads would hold its connection. */
async function drained(response: Response | undefined): Promise<void> {
  await response?.arrayBuffer();
}

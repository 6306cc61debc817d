import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { LangduError } from '../../errors.ts';
import { text } from './xml.ts';

/** Where a bucket is and who may use it. */
export interface BucketSettings {
  /** Without the bucket; empty for AWS in its region. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** `path`: `host/bucket/key`; `host`: `bucket.host/key`. */
  readonly addressing: 'path' | 'host';
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** One request of the bucket. */
export interface BucketRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Empty for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the body in hexadecimal, where it has been computed on the way. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
}

/** What the server refused, in its own words; never what was sent. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly status: number;
  readonly code: string;

  constructor(method: string, status: number, code: string) {
    super(`S3 answered ${method} with ${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

const TRIES = 4;
const FIRST_DELAY_MS = 100;
/** Until the answer begins; a body may take as long as its reader. */
const ANSWER_MS = 30_000;
const EMPTY_SHA256 = createHash('sha256').digest('hex');

/**
 * Signed requests of one bucket (AWS Signature Version 4), again where that may help: all that are sent may be
 * repeated.
 */
export class BucketRequests {
  readonly #client: AwsClient;
  readonly #base: string;

  constructor({ endpoint, region, bucket, addressing, ...keys }: BucketSettings) {
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    const token = sessionToken === '' ? {} : { sessionToken };
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, ...token, region, service: 's3' });
    const { protocol, host, pathname } = new URL(endpoint || `https://s3.${region}.amazonaws.com`);
    const path = pathname.replace(/\/$/, '');
    const inPath = addressing === 'path';
    this.#base = inPath ? `${protocol}//${host}${path}/${bucket}` : `${protocol}//${bucket}.${host}${path}`;
  }

  /** An answer of the server that is no error. Throws `S3Error`, or what `fetch` throws. */
  async send(request: BucketRequest): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const response = await this.#once(request).catch((error: unknown) => {
        if (tries === TRIES || request.signal?.aborted) throw error;
        return undefined; // never reached, or lost on the way
      });
      if (response?.ok) return response;
      const transient = response === undefined || response.status >= 500 || response.status === 429;
      if (response !== undefined && (!transient || tries === TRIES)) throw await refusal(request.method, response);
      await response?.body?.cancel();
      await sleep(FIRST_DELAY_MS * 4 ** (tries - 1) * (0.5 + Math.random()));
    }
  }

  /** An address that anyone may GET for some seconds. */
  async presign(key: string, seconds: number, query: Readonly<Record<string, string>>): Promise<string> {
    const url = this.#url(key, { ...query, 'X-Amz-Expires': String(seconds) });
    const { url: signed } = await this.#client.sign(url, { method: 'GET', aws: { signQuery: true } });
    // Blanks were signed as %20; some servers read the + that URLs write for them as a plus.
    const [path, search = ''] = signed.split('?');
    return `${path}?${search.replaceAll('+', '%20')}`;
  }

  async #once({ method, key = '', query = {}, headers = {}, body, sha256, signal }: BucketRequest): Promise<Response> {
    const hash = sha256 ?? (body === undefined ? EMPTY_SHA256 : createHash('sha256').update(body).digest('hex'));
    const signed = await this.#client.sign(this.#url(key, query), {
      method,
      headers: { ...headers, 'x-amz-content-sha256': hash },
      ...(body === undefined ? {} : { body }),
    });
    const answer = new AbortController();
    const timer = setTimeout(() => answer.abort(new Error('the S3 server did not answer')), ANSWER_MS);
    try {
      const signals = signal === undefined ? [answer.signal] : [answer.signal, signal];
      return await fetch(signed, { signal: AbortSignal.any(signals), redirect: 'manual' });
    } finally {
      clearTimeout(timer);
    }
  }

  #url(key: string, query: Readonly<Record<string, string>>): string {
    const path = key === '' ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`;
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return `${this.#base}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
  }
}

async function refusal(method: string, response: Response): Promise<S3Error> {
  const body = await response.text().catch(() => '');
  return new S3Error(method, response.status, text(body, 'Code') ?? '');
}

/** What MinIO, Swift and Ceph say when a bucket or its disks are full. */
const FULL = ['XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'QuotaExceeded', 'InsufficientStorage'];

/** What the server says, or what keeps us from it, as an error of ours. */
export async function storingInS3<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LangduError) throw error;
    const full = error instanceof S3Error && (error.status === 507 || FULL.includes(error.code));
    // `fetch` says only that it failed, and why in its cause.
    const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
    throw new LangduError(full ? 'storage_full' : 'storage_failed', {}, cause);
  }
}

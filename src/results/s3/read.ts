import { Readable } from 'node:stream';
import type { Bucket, ObjectHead } from './bucket.ts';
import { S3Error } from './requests.ts';

/**
 * Bytes `start` to `end` of an object, as they are read. `ended` is called once, whether the stream ends, fails or is
 * destroyed; a stream that is destroyed ends its request.
 */
export function readObject(bucket: Bucket, head: ObjectHead, start: number, end: number, ended: () => void): Readable {
  const reader = new AbortController();
  const stream = Readable.from(chunks(bucket, head, start, end, reader.signal), { objectMode: false });
  stream.once('close', () => {
    reader.abort();
    ended();
  });
  return stream;
}

async function* chunks(
  bucket: Bucket,
  head: ObjectHead,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const response = await bucket.get(head, start, end, signal);
  if (response.status !== 206 || response.body === null) throw new S3Error('GET', response.status, 'without the range');
  let rest = end - start + 1;
  for await (const chunk of response.body) {
    rest -= chunk.byteLength;
    yield chunk;
  }
  if (rest !== 0) throw new S3Error('GET', response.status, `with ${rest} bytes too few`);
}

import { once } from 'node:events';
import { createGunzip, createGzip } from 'node:zlib';
import type { LogRecord } from './log/record.ts';

/** A record of a log without its samples: how many there are is enough to say when what is heard. */
export type TimedRecord = Omit<LogRecord, 'samples'> & { readonly length: number };

export function timed({ samples, ...record }: LogRecord): TimedRecord {
  return { ...record, length: samples.length };
}

/**
 * The timings of a whole job: lines of JSON, gzipped. A book has a hundred thousand, so they are never all in memory
 * unpacked.
 */
export class TimingsWriter {
  readonly #gzip = createGzip({ level: 6 });
  readonly #packed: Buffer[] = [];
  readonly #ended: Promise<unknown>;

  constructor() {
    this.#gzip.on('data', (bytes: Buffer) => this.#packed.push(bytes));
    this.#ended = once(this.#gzip, 'end');
  }

  async add(record: LogRecord): Promise<void> {
    if (!this.#gzip.write(`${JSON.stringify(timed(record))}\n`)) await once(this.#gzip, 'drain');
  }

  async end(): Promise<Buffer> {
    this.#gzip.end();
    await this.#ended;
    return Buffer.concat(this.#packed);
  }
}

export async function* readTimings(packed: Buffer): AsyncGenerator<TimedRecord> {
  const gunzip = createGunzip();
  gunzip.end(packed);
  gunzip.setEncoding('utf8');
  let rest = '';
  for await (const text of gunzip as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as TimedRecord;
  }
}

import { deflateRawSync } from 'node:zlib';

/** A file of an archive to be written; what is given beside name and bytes is a lie. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  /** Claimed in the directory instead of the true ones. */
  readonly size?: number;
  readonly packed?: number;
  readonly header?: number;
  readonly method?: number;
  readonly flags?: number;
  /** In the local header only. */
  readonly localName?: string;
}

export interface ZipOptions {
  readonly zip64?: boolean;
  readonly comment?: string;
  /** Claimed number of entries. */
  readonly count?: number;
  /** Claimed start of the directory. */
  readonly start?: number;
}

/** A zip archive as torch's miniz lays it out: data 64-byte aligned by an extra field, sizes after the data. */
export function writeZip(files: readonly ZipFile[], options: ZipOptions = {}): Buffer {
  const chunks: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const add = (chunk: Buffer) => {
    chunks.push(chunk);
    at += chunk.length;
  };
  for (const file of files) {
    const data = file.deflate === true ? deflateRawSync(file.bytes) : Buffer.from(file.bytes);
    const method = file.method ?? (file.deflate === true ? 8 : 0);
    const header = at;
    add(localHeader(file, method, header));
    add(data);
    // The data descriptor: miniz's are signed and, with zip64, wide.
    add(Buffer.from('PK\x07\x08'.padEnd(24, '\0'), 'latin1'));
    directory.push(directoryEntry(file, method, data.length, header, options.zip64 === true));
  }
  const start = at;
  add(Buffer.concat(directory));
  const size = at - start;
  add(endRecords(options, options.count ?? files.length, size, options.start ?? start, at));
  return Buffer.concat(chunks);
}

function localHeader(file: ZipFile, method: number, at: number): Buffer {
  const name = Buffer.from(file.localName ?? file.name);
  const padding = 4 + ((128 - ((at + 34 + name.length) % 64)) % 64);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(0x0808, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(padding, 28);
  const extra = Buffer.alloc(padding, 'Z');
  extra.write('FB', 0, 'latin1');
  extra.writeUInt16LE(padding - 4, 2);
  return Buffer.concat([header, name, extra]);
}

function directoryEntry(file: ZipFile, method: number, packed: number, header: number, wide: boolean): Buffer {
  const numbers = [file.size ?? file.bytes.length, file.packed ?? packed, file.header ?? header];
  const name = Buffer.from(file.name);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(0x0808 | (file.flags ?? 0), 8);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt16LE(name.length, 28);
  for (const [index, place] of [24, 20, 42].entries()) entry.writeUInt32LE(wide ? 0xffffffff : numbers[index]!, place);
  if (!wide) return Buffer.concat([entry, name]);
  // Behind another field, as a reader must step over those it does not know.
  const extra = Buffer.alloc(6 + 28);
  extra.writeUInt16LE(0x4246, 0);
  extra.writeUInt16LE(2, 2);
  extra.writeUInt16LE(1, 6);
  extra.writeUInt16LE(24, 8);
  for (const [index, number] of numbers.entries()) extra.writeBigUInt64LE(BigInt(number), 10 + 8 * index);
  entry.writeUInt16LE(extra.length, 30);
  return Buffer.concat([entry, name, extra]);
}

function endRecords(options: ZipOptions, count: number, size: number, start: number, at: number): Buffer {
  const wide = Buffer.alloc(options.zip64 === true ? 76 : 0);
  if (options.zip64 === true) {
    wide.writeUInt32LE(0x06064b50, 0);
    wide.writeBigUInt64LE(44n, 4);
    for (const [index, number] of [count, count, size, start].entries()) {
      wide.writeBigUInt64LE(BigInt(number), 24 + 8 * index);
    }
    wide.writeUInt32LE(0x07064b50, 56);
    wide.writeBigUInt64LE(BigInt(at), 64);
    wide.writeUInt32LE(1, 72);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.zip64 === true ? 0xffff : count, 8);
  end.writeUInt16LE(options.zip64 === true ? 0xffff : count, 10);
  end.writeUInt32LE(options.zip64 === true ? 0xffffffff : size, 12);
  end.writeUInt32LE(options.zip64 === true ? 0xffffffff : start, 16);
  const comment = Buffer.from(options.comment ?? '');
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([wide, end, comment]);
}

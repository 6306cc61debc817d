import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FileBytes } from '../torch/bytes.ts';
import { readZip, type ZipEntry } from '../torch/zip.ts';
import { problem } from './problem.ts';

/** Unpacked bytes of a `voices.zip`, at most: some twenty voices. */
const LARGEST = 4 * 2 ** 30;
const PIECE = 1 << 22;

/**
 * Unpacks an archive into a temporary folder for as long as `use` runs. The reader refuses names that lead elsewhere,
 * and a deflated file of more than 256 MiB (`checkpoint_invalid`): unpack such an archive by hand.
 */
export function withUnzipped<Result>(archive: string, use: (folder: string) => Result): Result {
  const file = new FileBytes(archive);
  const folder = mkdtempSync(join(tmpdir(), 'langdu-voices-'));
  try {
    const entries = [...readZip(file).values()].filter(({ name }) => !name.endsWith('/'));
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    if (total > LARGEST) throw problem(`voices.zip unpacks to ${total} bytes, more than ${LARGEST}`);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      mkdirSync(dirname(path), { recursive: true });
      unpack(entry, path);
    }
    return use(folder);
  } finally {
    file.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function unpack(entry: ZipEntry, path: string): void {
  const source = entry.open();
  const out = openSync(path, 'wx', 0o600);
  try {
    for (let at = 0; at < source.size; at += PIECE) {
      const piece = new Uint8Array(Math.min(PIECE, source.size - at));
      source.read(at, piece);
      writeSync(out, piece);
    }
  } finally {
    closeSync(out);
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Checkpoint, type CheckpointValue, openCheckpoint } from '../../src/torch/checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'langdu-torch-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'checkpoint.pth');

/** A place for a file that goes when the tests end. */
export function temporaryPath(name: string): string {
  return join(folder, name);
}

/** Opens the bytes as a checkpoint, from a real file, for as long as `use` takes. */
export function opened<T>(bytes: Uint8Array, use: (checkpoint: Checkpoint) => T): T {
  writeFileSync(path, bytes);
  const checkpoint = openCheckpoint(path);
  try {
    return use(checkpoint);
  } finally {
    checkpoint.close();
  }
}

/** What is under a key of the root. */
export function at(checkpoint: Checkpoint, key: string): CheckpointValue | undefined {
  if (!(checkpoint.root instanceof Map)) throw new Error('the root is no dict');
  return checkpoint.root.get(key);
}

import { FileBytes, take } from './bytes.ts';
import { readLegacyCheckpoint } from './legacy-checkpoint.ts';
import { invalid, listed, quoted } from './problem.ts';
import { publish } from './publish.ts';
import { isLazyTensor, type LazyTensor } from './tensor.ts';
import type { CheckpointValue } from './value.ts';
import { readZipCheckpoint } from './zip-checkpoint.ts';

export type { TorchDtype } from './dtype.ts';
export { isLazyTensor, type LazyTensor } from './tensor.ts';
export type { CheckpointValue } from './value.ts';

/** A PyTorch checkpoint, open. */
export interface Checkpoint {
  readonly root: CheckpointValue;
  readonly serialisation: 'zip' | 'legacy';
  /**
   * The tensors of the dict that the keys lead to, in file order. Throws `checkpoint_invalid` with the keys that are
   * there when the path leads to no dict or to one without tensors.
   */
  stateDict(...path: string[]): Map<string, LazyTensor>;
  /** Closes the file; tensors can no longer be read. */
  close(): void;
}

/**
 * Opens a `.pth` of either serialisation without running anything in it. Only its structure is read; a tensor's bytes
 * are when it is. Throws `file_unreadable`, `checkpoint_invalid` or `checkpoint_forbidden`.
 */
export function openCheckpoint(path: string): Checkpoint {
  const file = new FileBytes(path);
  try {
    const serialisation = recognise(file);
    const root = publish(serialisation === 'zip' ? readZipCheckpoint(file) : readLegacyCheckpoint(file));
    return {
      root,
      serialisation,
      stateDict: (...keys) => stateDict(root, keys),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function recognise(file: FileBytes): 'zip' | 'legacy' {
  if (file.size === 0) throw invalid('the file is empty');
  const start = take(file, 0, Math.min(file.size, 4)).toString('latin1');
  if (start === 'PK\x03\x04') return 'zip';
  if (start.startsWith('\x80')) return 'legacy';
  throw invalid('it is neither a zip nor a legacy checkpoint of torch');
}

function stateDict(root: CheckpointValue, path: readonly string[]): Map<string, LazyTensor> {
  let value: CheckpointValue = root;
  for (const [depth, key] of path.entries()) {
    const inside: CheckpointValue | undefined = value instanceof Map ? value.get(key) : undefined;
    if (inside === undefined) throw missing(path.slice(0, depth + 1), value);
    value = inside;
  }
  if (!(value instanceof Map)) throw invalid(`${named(path)} is no dict`);
  const tensors = new Map<string, LazyTensor>();
  for (const [key, item] of value) if (typeof key === 'string' && isLazyTensor(item)) tensors.set(key, item);
  if (tensors.size === 0) throw invalid(`${named(path)} holds no tensors; its keys are ${listed(value.keys())}`);
  return tensors;
}

function missing(path: readonly string[], parent: CheckpointValue): Error {
  const found = parent instanceof Map ? `the keys there are ${listed(parent.keys())}` : 'what holds it is no dict';
  return invalid(`it has no ${named(path)}; ${found}`);
}

function named(path: readonly string[]): string {
  return path.length === 0 ? 'the root' : quoted(path.join('.'));
}

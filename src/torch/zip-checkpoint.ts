import { type ByteSource, take } from './bytes.ts';
import { maximumPickleBytes, readPickle } from './pickle.ts';
import { PickleInput } from './pickle-input.ts';
import { forbidden, invalid, listed, quoted } from './problem.ts';
import { byteLength, Storage } from './storage.ts';
import { readStorageId } from './storage-id.ts';
import type { PickleValue } from './value.ts';
import { readZip, type ZipEntry } from './zip.ts';

/** The object of a zip checkpoint (torch ≥ 1.6): `<root>/data.pkl`, its storages as `<root>/data/<key>`. */
export function readZipCheckpoint(archive: ByteSource): PickleValue {
  const entries = readZip(archive);
  const root = findRoot(entries);
  const littleEndian = readByteOrder(entries.get(`${root}/byteorder`));
  const storages = new Map<string, Storage>();
  const pickle = entries.get(`${root}/data.pkl`)!;
  // Asked before opening: opening a deflated one inflates it.
  if (pickle.size > maximumPickleBytes) throw invalid(`its pickle is ${pickle.size} bytes long`);
  return readPickle(new PickleInput(pickle.open(), 0, maximumPickleBytes), (value) => {
    const { dtype, key, length } = readStorageId(value);
    // The same key may come as another type, as a view of the same bytes.
    const identity = `${dtype} ${length} ${key}`;
    let storage = storages.get(identity);
    if (storage === undefined) {
      const entry = entries.get(`${root}/data/${key}`);
      if (entry === undefined) throw invalid(`the archive has no storage ${quoted(key)}`);
      if (byteLength(dtype, length) > entry.size) throw invalid(`the storage ${quoted(key)} is larger than its entry`);
      storage = new Storage(dtype, length, littleEndian, () => entry.open());
      storages.set(identity, storage);
    }
    return storage;
  });
}

/** The one folder the archive holds; its name is that of the file it was first saved to. */
function findRoot(entries: ReadonlyMap<string, ZipEntry>): string {
  const roots = [...entries.keys()].filter((name) => /^[^/]*\/data\.pkl$/.test(name)).map((name) => name.slice(0, -9));
  const root = roots[0];
  if (root === undefined || roots.length > 1) {
    throw invalid(`the archive is not one checkpoint; it holds ${listed(entries.keys())}`);
  }
  if (entries.has(`${root}/constants.pkl`)) throw forbidden('code: this is a TorchScript archive, not a checkpoint');
  return root;
}

/** Absent before torch 1.13, which wrote little-endian machines' bytes in practice. */
function readByteOrder(entry: ZipEntry | undefined): boolean {
  if (entry === undefined) return true;
  const order = entry.size > 16 ? '' : take(entry.open(), 0, entry.size).toString('latin1').trim();
  if (order !== 'little' && order !== 'big') throw invalid('the byte order is neither little nor big');
  return order === 'little';
}

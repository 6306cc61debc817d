import { type ByteSource, region, take } from './bytes.ts';
import type { TorchDtype } from './dtype.ts';
import { maximumPickleBytes, type PersistentLoad, readPickle } from './pickle.ts';
import { PickleInput } from './pickle-input.ts';
import { forbidden, invalid, quoted } from './problem.ts';
import { byteLength, Storage } from './storage.ts';
import { readStorageId, type StorageId } from './storage-id.ts';
import type { PickleValue } from './value.ts';

const magic = 0x1950a86a20f9469cfc6cn;
const protocol = 1001;

interface LegacyStorage {
  readonly dtype: TorchDtype | undefined;
  readonly length: number;
  readonly storage: Storage;
  /** Where the bytes are, known once the pickles before them have been read. */
  start: number | undefined;
}

/**
 * The object of a legacy checkpoint (torch/serialization.py, `_legacy_save`): pickles of the magic number, the
 * protocol, the machine, the object and the list of its storages, then each storage as an int64 count and its elements,
 * always little-endian.
 */
export function readLegacyCheckpoint(file: ByteSource): PickleValue {
  const input = new PickleInput(file, 0, maximumPickleBytes);
  if (readPickle(input, noStorages) !== magic) throw invalid('it is not a checkpoint of torch');
  if (readPickle(input, noStorages) !== protocol) throw invalid('it is a legacy checkpoint of an unknown protocol');
  const machine = readPickle(input, noStorages);
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) {
    throw invalid('it was not saved on a little-endian machine');
  }
  const storages = new Map<string, LegacyStorage>();
  const root = readPickle(input, (id) => load(file, storages, readStorageId(id)));
  const keys = readPickle(input, noStorages);
  locate(file, input.position, keys, storages);
  return root;
}

const noStorages: PersistentLoad = () => {
  throw forbidden('a reference outside the pickle where none belongs');
};

function load(file: ByteSource, storages: Map<string, LegacyStorage>, id: StorageId): Storage {
  let known = storages.get(id.key);
  if (known === undefined) {
    known = declare(file, id);
    storages.set(id.key, known);
  } else if (known.dtype !== id.dtype || known.length !== id.length) {
    throw invalid(`the storage ${quoted(id.key)} is described in two ways`);
  }
  const { storage } = known;
  if (id.view === undefined) return storage;
  const { offset, length } = id.view;
  if (offset > storage.length || length > storage.length - offset) {
    throw invalid(`a view reaches beyond the storage ${quoted(id.key)}`);
  }
  const start = byteLength(id.dtype, offset);
  const size = byteLength(id.dtype, length);
  return new Storage(id.dtype, length, true, () => region(storage.open(), start, size));
}

function declare(file: ByteSource, id: StorageId): LegacyStorage {
  const size = byteLength(id.dtype, id.length);
  // Before any tensor is made of it: a length the file cannot hold is no length.
  if (size > file.size) throw invalid(`the storage ${quoted(id.key)} is larger than the file`);
  const known: LegacyStorage = {
    dtype: id.dtype,
    length: id.length,
    storage: new Storage(id.dtype, id.length, true, () => region(file, known.start!, size)),
    start: undefined,
  };
  return known;
}

/** Steps over the storages after the pickles, reading only their counts. */
function locate(
  file: ByteSource,
  start: number,
  keys: PickleValue,
  storages: ReadonlyMap<string, LegacyStorage>,
): void {
  if (!Array.isArray(keys)) throw invalid('it has no list of storages');
  let at = start;
  for (const key of keys) {
    const known = storages.get(String(key));
    if (known === undefined || known.start !== undefined)
      throw invalid('its list of storages is not that of its object');
    if (Number(take(file, at, 8).readBigInt64LE()) !== known.length) {
      throw invalid(`the storage ${quoted(String(key))} is not of the length it says`);
    }
    known.start = at + 8;
    at = known.start + byteLength(known.dtype, known.length);
    if (at > file.size) throw invalid('the file ends too early');
  }
  for (const [key, known] of storages) {
    if (known.start === undefined) throw invalid(`the storage ${quoted(key)} is not in the file`);
  }
}

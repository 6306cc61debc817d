import type { TorchDtype } from './dtype.ts';
import { Global } from './globals.ts';
import { forbidden, invalid, quoted } from './problem.ts';
import { count } from './rebuild.ts';
import type { PickleValue } from './value.ts';

/** A storage as a pickle refers to it: `('storage', type, key, location, length[, view])`. */
export interface StorageId {
  readonly dtype: TorchDtype | undefined;
  readonly key: string;
  /** Elements, or bytes when untyped. */
  readonly length: number;
  /** Legacy only: the part of the storage that is meant. */
  readonly view: { readonly key: string; readonly offset: number; readonly length: number } | undefined;
}

/** Throws `checkpoint_forbidden` for ids of other things (legacy `module` carries source code), else `_invalid`. */
export function readStorageId(id: PickleValue): StorageId {
  if (!Array.isArray(id)) throw invalid('a pickle refers outside itself by what is no tuple');
  const [kind, type, key, , length, view] = id;
  if (kind !== 'storage') {
    throw forbidden(`a reference to ${typeof kind === 'string' ? quoted(kind) : 'something'} outside the pickle`);
  }
  if (!(type instanceof Global && type.role.kind === 'storage')) throw invalid('a storage has a type that is none');
  return { dtype: type.role.dtype, key: text(key), length: count(length), view: readView(view) };
}

function readView(view: PickleValue | undefined): StorageId['view'] {
  if (view === undefined || view === null) return undefined;
  if (!Array.isArray(view) || view.length !== 3) throw invalid('a storage has a view that is none');
  return { key: text(view[0]), offset: count(view[1]), length: count(view[2]) };
}

function text(key: PickleValue | undefined): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number') return String(key);
  throw invalid('a storage has a key that is no text');
}

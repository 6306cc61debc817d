import type { Global } from './globals.ts';
import type { Storage } from './storage.ts';
import type { LazyTensor, StoredTensor } from './tensor.ts';

/** What a checkpoint holds once read: dicts as maps, lists, tuples and sets as arrays, tensors still in their file. */
export type CheckpointValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | LazyTensor
  | CheckpointValue[]
  | Map<string | number, CheckpointValue>;

/** What the pickle machine handles on the way there. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | StoredTensor
  | Storage
  | Global
  | PickleValue[]
  | Map<string | number, PickleValue>;

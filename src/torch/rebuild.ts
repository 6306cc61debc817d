import type { TorchDtype } from './dtype.ts';
import { Global, type TensorArguments } from './globals.ts';
import { invalid } from './problem.ts';
import { Storage } from './storage.ts';
import { StoredTensor } from './tensor.ts';
import type { PickleValue } from './value.ts';

/**
 * torch/_utils.py: `_rebuild_tensor(storage, offset, size, stride)`,
 * `_rebuild_tensor_v2(…, requires_grad, backward_hooks[, metadata])` and
 * `_rebuild_tensor_v3(…, requires_grad, backward_hooks, dtype[, metadata])`. Hooks must be none: they would be code.
 */
export function rebuildTensor(form: TensorArguments, given: readonly PickleValue[]): StoredTensor {
  const [storage, offset, size, stride, , hooks, ...rest] = given;
  const [dtype, metadata] = form === 'with-dtype' ? rest : [undefined, ...rest];
  if (!(storage instanceof Storage)) throw invalid('a tensor is made of what is no storage');
  if (!isNothing(hooks)) throw invalid('a tensor has hooks');
  // It would say that the elements are to be negated or conjugated when read.
  if (!isNothing(metadata)) throw invalid('a tensor has metadata');
  return new StoredTensor(storage, dtypeOf(storage, dtype), count(offset), counts(size), counts(stride));
}

function isNothing(value: PickleValue | undefined): boolean {
  return value === undefined || value === null || (value instanceof Map && value.size === 0);
}

/** torch/_utils.py: `_rebuild_parameter(data, requires_grad, backward_hooks)`. */
export function rebuildParameter(given: readonly PickleValue[]): StoredTensor {
  const tensor = given[0];
  if (!(tensor instanceof StoredTensor)) throw invalid('a parameter is made of what is no tensor');
  return tensor;
}

/** A size, offset or stride: an integer from 0 that a double holds. */
export function count(value: PickleValue | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid('a size, an offset or a stride is no sensible number');
}

function counts(values: PickleValue | undefined): number[] {
  if (!Array.isArray(values) || values.length > 64) throw invalid('a tensor has no sensible sizes and strides');
  return values.map(count);
}

function dtypeOf(storage: Storage, given: PickleValue | undefined): TorchDtype {
  if (given instanceof Global && given.role.kind === 'dtype') {
    if (storage.dtype === undefined || storage.dtype === given.role.dtype) return given.role.dtype;
    throw invalid(`a ${given.role.dtype} tensor is made of a ${storage.dtype} storage`);
  }
  if (storage.dtype === undefined) throw invalid('a tensor is made of an untyped storage');
  return storage.dtype;
}

import { type ByteSource, region } from './bytes.ts';
import { elementReaders, elementSize, type TorchDtype } from './dtype.ts';
import { invalid } from './problem.ts';
import type { Storage } from './storage.ts';

const maximumDimensions = 64;
/** Elements one tensor may be read to: 1 GiB of float32. */
const maximumElements = 2 ** 28;
/** The same for tensors that repeat their storage, which may be far larger than the file they came in. */
const maximumRepeatedElements = 2 ** 24;
const windowBytes = 1 << 20;

/** A tensor still in its file. */
export interface LazyTensor {
  readonly dtype: TorchDtype;
  readonly shape: readonly number[];
  /**
   * The elements as float32, contiguous, row-major; bytes are read from the file only now. Throws `checkpoint_invalid`
   * when the file is closed or cut short, for an int64 beyond 2^53 and for more than 2^28 elements.
   */
  read(): Float32Array;
}

/** Whether a value of a checkpoint is a tensor. */
export function isLazyTensor(value: unknown): value is LazyTensor {
  return value instanceof StoredTensor;
}

interface Axis {
  readonly size: number;
  /** Elements from one index to the next, in the storage and in the result. */
  readonly stride: number;
  readonly step: number;
}

/** A strided view of a storage. */
export class StoredTensor implements LazyTensor {
  readonly dtype: TorchDtype;
  readonly shape: readonly number[];
  readonly #storage: Storage;
  readonly #offset: number;
  readonly #axes: readonly Axis[];
  readonly #count: number;
  /** One past the furthest element of the storage that is part of the view. */
  readonly #end: number;

  /**
   * Offset and strides count elements of `dtype`, which is the storage's own unless that is untyped. Throws
   * `checkpoint_invalid` when the view leaves its storage or its elements overlap other than by repeating (stride 0).
   */
  constructor(
    storage: Storage,
    dtype: TorchDtype,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    if (shape.length !== strides.length || shape.length > maximumDimensions) {
      throw invalid(`a tensor has ${shape.length} sizes and ${strides.length} strides`);
    }
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.#storage = storage;
    this.#offset = offset;
    this.#count = product(shape);
    this.#axes = this.#count === 0 ? [] : axesInFileOrder(shape, strides);
    this.#end = this.#count === 0 ? 0 : this.#findEnd();
  }

  read(): Float32Array {
    const repeats = this.#axes.some((axis) => axis.stride === 0);
    if (this.#count > (repeats ? maximumRepeatedElements : maximumElements)) {
      throw invalid(`a tensor of shape [${this.shape.join(', ')}] is too large to read`);
    }
    const result = new Float32Array(this.#count);
    if (this.#count === 0) return result;
    const window = new ElementWindow(this.#storage, this.dtype, this.#end);
    this.#gather(window, result);
    return result;
  }

  /** Outer axes are stepped like an odometer, the innermost is a plain loop; storage positions never go back. */
  #gather(window: ElementWindow, result: Float32Array): void {
    const axes = this.#axes;
    const inner = axes.at(-1) ?? { size: 1, stride: 0, step: 0 };
    const outer = axes.slice(0, -1);
    const index = outer.map(() => 0);
    let from = this.#offset;
    let to = 0;
    for (;;) {
      for (let i = 0; i < inner.size; i++) result[to + i * inner.step] = window.at(from + i * inner.stride);
      let axis = outer.length - 1;
      for (; axis >= 0; axis--) {
        const { size, stride, step } = outer[axis]!;
        index[axis]! += 1;
        from += stride;
        to += step;
        if (index[axis]! < size) break;
        index[axis] = 0;
        from -= stride * size;
        to -= step * size;
      }
      if (axis < 0) return;
    }
  }

  #findEnd(): number {
    let last = this.#offset;
    // Tested as it grows: a sum past 2^53 cannot round back into range.
    for (const { size, stride } of this.#axes) {
      last += (size - 1) * stride;
      if (!Number.isSafeInteger(last)) throw invalid('a tensor has strides that overflow');
    }
    const { dtype, length } = this.#storage;
    if (last >= (dtype === undefined ? Math.floor(length / elementSize[this.dtype]) : length)) {
      throw invalid(`a tensor of shape [${this.shape.join(', ')}] reaches beyond its storage`);
    }
    return last + 1;
  }
}

function product(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count)) throw invalid('a tensor has sizes that overflow');
  }
  return count;
}

/**
 * The axes longer than 1, widest stride first: the storage is then read once from front to back whatever the view
 * (a transposed weight, say). That holds only when no axis starts again inside another, which is required here.
 */
function axesInFileOrder(shape: readonly number[], strides: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    if (size !== 1) axes.push({ size, stride: strides[axis]!, step });
    step *= size;
  }
  axes.sort((a, b) => b.stride - a.stride);
  let reach = 0;
  for (const { size, stride } of axes.toReversed()) {
    if (stride === 0) continue;
    if (stride <= reach) throw invalid('a tensor overlaps itself');
    reach += (size - 1) * stride;
  }
  return axes;
}

/** A run of a storage's elements in memory, moved forward as elements are asked for. */
class ElementWindow {
  readonly #bytes: ByteSource;
  readonly #littleEndian: boolean;
  readonly #size: number;
  readonly #readElement;
  /** Elements past this one are nobody's to read. */
  readonly #elements: number;
  #view = new DataView(new ArrayBuffer(0));
  #start = 0;
  #end = 0;

  constructor(storage: Storage, dtype: TorchDtype, end: number) {
    this.#bytes = region(storage.open(), 0, storage.byteLength);
    this.#littleEndian = storage.littleEndian;
    this.#size = elementSize[dtype];
    this.#readElement = elementReaders[dtype];
    this.#elements = end;
  }

  at(element: number): number {
    if (element < this.#start || element >= this.#end) this.#moveTo(element);
    return this.#readElement(this.#view, (element - this.#start) * this.#size, this.#littleEndian);
  }

  #moveTo(element: number): void {
    const count = Math.min(windowBytes / this.#size, this.#elements - element);
    const bytes = new Uint8Array(count * this.#size);
    this.#bytes.read(element * this.#size, bytes);
    this.#view = new DataView(bytes.buffer);
    this.#start = element;
    this.#end = element + count;
  }
}

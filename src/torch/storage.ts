import type { ByteSource } from './bytes.ts';
import { elementSize, type TorchDtype } from './dtype.ts';

/** The flat run of elements that tensors are views of. Holds where the bytes are, never the bytes. */
export class Storage {
  /** Undefined for an untyped storage, which is counted in bytes. */
  readonly dtype: TorchDtype | undefined;
  /** Elements, or bytes when untyped. */
  readonly length: number;
  readonly littleEndian: boolean;
  /** The bytes, `byteLength` of them at least; called when a tensor is read and not before. */
  readonly open: () => ByteSource;

  constructor(dtype: TorchDtype | undefined, length: number, littleEndian: boolean, open: () => ByteSource) {
    this.dtype = dtype;
    this.length = length;
    this.littleEndian = littleEndian;
    this.open = open;
  }

  get byteLength(): number {
    return byteLength(this.dtype, this.length);
  }
}

/** Bytes of `length` elements; those of an untyped storage are bytes already. */
export function byteLength(dtype: TorchDtype | undefined, length: number): number {
  return length * (dtype === undefined ? 1 : elementSize[dtype]);
}

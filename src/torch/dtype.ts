import { fromHalf } from '../half.ts';
import { invalid } from './problem.ts';

/** The element types read; complex and quantised ones are refused by name. */
export type TorchDtype =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** Bytes of one element. */
export const elementSize: Readonly<Record<TorchDtype, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** One element at a byte position, as a number. */
export type ElementReader = (view: DataView, position: number, littleEndian: boolean) => number;

/** int64 throws `checkpoint_invalid` beyond 2^53; the rest cannot fail. */
export const elementReaders: Readonly<Record<TorchDtype, ElementReader>> = {
  float32: (view, position, little) => view.getFloat32(position, little),
  float16: (view, position, little) => fromHalf(view.getUint16(position, little)),
  bfloat16: (view, position, little) => bfloat(view.getUint16(position, little)),
  float64: (view, position, little) => view.getFloat64(position, little),
  int64: (view, position, little) => exact(view.getBigInt64(position, little)),
  int32: (view, position, little) => view.getInt32(position, little),
  int16: (view, position, little) => view.getInt16(position, little),
  int8: (view, position) => view.getInt8(position),
  uint8: (view, position) => view.getUint8(position),
  bool: (view, position) => (view.getUint8(position) === 0 ? 0 : 1),
};

const scratch = new DataView(new ArrayBuffer(4));

/** A bfloat16 is the upper half of a float32. */
function bfloat(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}

function exact(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw invalid(`the int64 value ${value} is beyond 2^53`);
  return number;
}

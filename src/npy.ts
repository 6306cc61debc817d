import { LangduError } from './errors.ts';
import { fromHalf } from './half.ts';

/** NumPy's `.npy`, versions 1 to 3: how arrays are exchanged with the reference implementation. */

export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

const MAGIC = '\x93NUMPY';

/** Little-endian float32 or int32, C order. */
export function encodeNpy({ shape, data }: NumericArray): Uint8Array {
  const kind = data instanceof Float32Array ? '<f4' : '<i4';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${kind}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Header and prefix together are a multiple of 64, ended by a newline.
  const header = `${text}${' '.repeat(63 - ((10 + text.length) % 64))}\n`;
  const out = Buffer.alloc(10 + header.length + data.byteLength);
  out.write(MAGIC, 0, 'latin1');
  out[6] = 1;
  out.writeUInt16LE(header.length, 8);
  out.write(header, 10, 'latin1');
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + header.length);
  return out;
}

const readers: Record<string, { readonly size: number; readonly read: (view: DataView, at: number) => number }> = {
  '<f2': { size: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
  '<f4': { size: 4, read: (view, at) => view.getFloat32(at, true) },
  '<f8': { size: 8, read: (view, at) => view.getFloat64(at, true) },
  '<i4': { size: 4, read: (view, at) => view.getInt32(at, true) },
  '<i8': { size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
};

/** Reads an array of numbers as float32, row-major. `label` names it in errors (`file_unreadable`). */
export function decodeNpy(bytes: Uint8Array, label: string): { shape: number[]; data: Float32Array } {
  const bad = (why: string) => new LangduError('file_unreadable', { path: `${label} (${why})` });
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || buffer.toString('latin1', 0, 6) !== MAGIC) throw bad('not a .npy file');
  const wide = buffer[6]! >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8);
  if (start + length > buffer.length) throw bad('its header is cut short');
  const header = buffer.toString('latin1', start, start + length);
  const kind = /'descr': *'([^']+)'/.exec(header)?.[1] ?? '?';
  const reader = readers[kind];
  if (reader === undefined) throw bad(`elements of type ${kind}; expected ${Object.keys(readers).join(', ')}`);
  if (!/'fortran_order': *False/.test(header)) throw bad('in Fortran order');
  const shape = (/'shape': *\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 0)) throw bad('its shape cannot be read');
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!Number.isSafeInteger(count) || start + length + count * reader.size > buffer.length) throw bad('cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset + start + length);
  return { shape, data: Float32Array.from({ length: count }, (_, index) => reader.read(view, index * reader.size)) };
}

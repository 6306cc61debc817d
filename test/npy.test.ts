import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decodeNpy, encodeNpy } from '../src/npy.ts';

/** A .npy as NumPy writes it. */
function npy(header: string, body: Uint8Array, version = 1): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.from([version, 0]),
    length,
    Buffer.from(header),
    body,
  ]);
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

function bytesOf(array: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer);
}

suite('.npy', () => {
  test('what we write reads back, of every rank', () => {
    for (const shape of [[], [1], [6], [2, 3], [1, 6, 1], [0, 5]]) {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const data = Float32Array.from({ length: size }, (_, index) => index / 3 - 1);
      const bytes = encodeNpy({ shape, data });
      assert.equal((bytes.length - 4 * size) % 64, 0);
      assert.deepEqual(decodeNpy(bytes, 'a'), { shape, data });
    }
    const ids = encodeNpy({ shape: [3], data: Int32Array.of(-1, 0, 2 ** 24) });
    assert.deepEqual([...decodeNpy(ids, 'a').data], [-1, 0, 2 ** 24]);
    assert.match(
      Buffer.from(ids).toString('latin1'),
      /'descr': '<i4', 'fortran_order': False, 'shape': \(3,\), \} *\n/,
    );
  });

  test('a view of a larger buffer writes only what it sees', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    assert.deepEqual([...decodeNpy(encodeNpy({ shape: [2], data }), 'a').data], [1, 2]);
  });

  test('every element type and version that NumPy may have written', () => {
    const cases: [string, Uint8Array, number[]][] = [
      ['<f4', bytesOf(Float32Array.of(1.5, -2)), [1.5, -2]],
      ['<f8', bytesOf(Float64Array.of(0.1, -2)), [Math.fround(0.1), -2]],
      ['<i4', bytesOf(Int32Array.of(-7, 8)), [-7, 8]],
      ['<i8', bytesOf(BigInt64Array.of(-7n, 8n)), [-7, 8]],
      ['<f2', bytesOf(Uint16Array.of(0x3c00, 0x8001)), [1, -(2 ** -24)]],
      ['<f2', bytesOf(Uint16Array.of(0x7c00, 0xfc00)), [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ];
    for (const [descr, body, values] of cases) {
      for (const version of [1, 2, 3]) {
        assert.deepEqual(decodeNpy(npy(header(descr, '(2,)'), body, version), 'a'), {
          shape: [2],
          data: Float32Array.from(values),
        });
      }
    }
  });

  test('bytes at an odd offset', () => {
    const bytes = encodeNpy({ shape: [2], data: Float32Array.of(3, 4) });
    const odd = new Uint8Array(bytes.length + 1);
    odd.set(bytes, 1);
    assert.deepEqual([...decodeNpy(odd.subarray(1), 'a').data], [3, 4]);
  });

  test('what is none is refused with its name and the reason', () => {
    const body = new Uint8Array(8);
    const cases: [Uint8Array, RegExp][] = [
      [Buffer.from('PK\x03\x04 and so on'), /x\.npy \(not a \.npy file\)/],
      [new Uint8Array(0), /not a \.npy file/],
      [npy(header('<f4', '(2,)'), body).subarray(0, 30), /header is cut short/],
      [npy(header('<f4', '(3,)'), body), /cut short/],
      [npy(header('<f4', '(99999999999, 99999999999)'), body), /cut short/],
      [npy(header('>f4', '(2,)'), body), /elements of type >f4/],
      [npy(header('|O', '(2,)'), body), /elements of type \|O/],
      [npy(header('<f4', '(2, 1)', 'True'), body), /Fortran order/],
      [npy(header('<f4', '(-2,)'), body), /its shape cannot be read/],
      [npy(header('<f4', '(two,)'), body), /its shape cannot be read/],
      [npy("{'descr': '<f4'}", body), /Fortran order/],
    ];
    for (const [bytes, reason] of cases) {
      assert.throws(() => decodeNpy(bytes, 'x.npy'), { code: 'file_unreadable', message: reason });
    }
  });
});

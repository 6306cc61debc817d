import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LangduError } from '../../src/errors.ts';
import type { TorchDtype } from '../../src/torch/checkpoint.ts';
import { opened } from './opened.ts';
import {
  floats,
  legacyCheckpoint,
  storage,
  tensor,
  type View,
  type WrittenStorage,
  zipCheckpoint,
} from './write-checkpoint.ts';
import { call, dict, type Node, name, tuple } from './write-pickle.ts';

interface Read {
  readonly dtype: TorchDtype;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

function readFrom(bytes: Buffer): Read {
  return opened(bytes, (checkpoint) => {
    const t = checkpoint.stateDict().get('t')!;
    return { dtype: t.dtype, shape: t.shape, values: [...t.read()] };
  });
}

/** The tensor from both serialisations, which must agree. */
function read(node: Node, storages: readonly WrittenStorage[]): Read {
  const zip = readFrom(zipCheckpoint(dict({ t: node }), storages));
  assert.deepEqual(readFrom(legacyCheckpoint(dict({ t: node }), storages)), zip);
  return zip;
}

function bytesOf(size: number, write: (view: DataView) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(new DataView(bytes.buffer, bytes.byteOffset, size));
  return bytes;
}

const elements: readonly [type: string, dtype: TorchDtype, bytes: Buffer, expected: readonly number[]][] = [
  ['FloatStorage', 'float32', Buffer.from(Float32Array.of(1.5, -0.1).buffer), [1.5, Math.fround(-0.1)]],
  ['DoubleStorage', 'float64', Buffer.from(Float64Array.of(1.5, -0.1).buffer), [1.5, Math.fround(-0.1)]],
  // 1, -2, the largest, the smallest normal and subnormal, infinities, NaN, -0.
  [
    'HalfStorage',
    'float16',
    Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x7c00, 0xfc00, 0x7e00, 0x8000).buffer),
    [1, -2, 65504, 2 ** -14, 2 ** -24, Infinity, -Infinity, NaN, -0],
  ],
  [
    'BFloat16Storage',
    'bfloat16',
    Buffer.from(Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x7fc0, 0x0001).buffer),
    [1, -3, Infinity, NaN, 2 ** -133],
  ],
  ['LongStorage', 'int64', Buffer.from(BigInt64Array.of(-3n, 2n ** 40n).buffer), [-3, 2 ** 40]],
  ['IntStorage', 'int32', Buffer.from(Int32Array.of(-3, 2 ** 30).buffer), [-3, 2 ** 30]],
  ['ShortStorage', 'int16', Buffer.from(Int16Array.of(-3, 32767).buffer), [-3, 32767]],
  ['CharStorage', 'int8', Buffer.from(Int8Array.of(-3, 127).buffer), [-3, 127]],
  ['ByteStorage', 'uint8', Buffer.from(Uint8Array.of(3, 255).buffer), [3, 255]],
  ['BoolStorage', 'bool', Buffer.from(Uint8Array.of(0, 1, 255).buffer), [0, 1, 1]],
];

describe('elements', () => {
  for (const [type, dtype, bytes, expected] of elements) {
    it(`of a ${type} are read as float32`, () => {
      const of = { key: '0', type, bytes, length: expected.length };
      assert.deepEqual(read(tensor(of, { shape: [expected.length] }), [of]), {
        dtype,
        shape: [expected.length],
        values: expected,
      });
    });

    it(`of a ${type} from a big-endian machine too`, () => {
      const size = bytes.length / expected.length;
      const swapped = Buffer.from(bytes);
      for (let i = 0; i < bytes.length; i += size) swapped.subarray(i, i + size).reverse();
      const of = { key: '0', type, bytes: swapped, length: expected.length };
      const file = zipCheckpoint(dict({ t: tensor(of, { shape: [expected.length] }) }), [of], { byteOrder: 'big' });
      assert.deepEqual(readFrom(file).values, expected);
    });
  }

  it('of int64 beyond 2^53 are an error, not a rounded number', () => {
    const bytes = bytesOf(8, (view) => view.setBigInt64(0, 2n ** 53n, true));
    const of = { key: '0', type: 'LongStorage', bytes, length: 1 };
    assert.throws(
      () => read(tensor(of, { shape: [] }), [of]),
      (error) => error instanceof LangduError && /9007199254740992 is beyond/.test(error.message),
    );
  });
});

const twelve = floats(
  '0',
  Array.from({ length: 12 }, (_, i) => i),
);
const views: readonly [what: string, view: View, values: readonly number[]][] = [
  ['a whole matrix', { shape: [3, 4] }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  ['a transposed one', { shape: [4, 3], strides: [1, 4] }, [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
  ['permuted axes', { shape: [2, 3, 2], strides: [1, 4, 2] }, [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]],
  ['a column', { shape: [3], strides: [4], offset: 2 }, [2, 6, 10]],
  ['an inner block', { shape: [2, 2], strides: [4, 1], offset: 5 }, [5, 6, 9, 10]],
  ['rows repeated', { shape: [2, 3], strides: [0, 4], offset: 1 }, [1, 5, 9, 1, 5, 9]],
  ['columns repeated', { shape: [3, 2], strides: [4, 0], offset: 1 }, [1, 1, 5, 5, 9, 9]],
  ['one element everywhere', { shape: [2, 2], strides: [0, 0], offset: 7 }, [7, 7, 7, 7]],
  ['a scalar', { shape: [], offset: 11 }, [11]],
  ['axes of one, whatever their strides', { shape: [1, 2, 1], strides: [99, 1, 5], offset: 3 }, [3, 4]],
  ['nothing', { shape: [0, 3], strides: [3, 1], offset: 12 }, []],
];

describe('a view', () => {
  for (const [what, view, values] of views) {
    it(`of ${what}`, () => {
      assert.deepEqual(read(tensor(twelve, view), [twelve]), { dtype: 'float32', shape: view.shape, values });
    });
  }

  it('wider than the window it is read through', () => {
    const rows = 700;
    const columns = 900;
    const of = floats(
      '0',
      Array.from({ length: rows * columns }, (_, i) => i),
    );
    const { values } = read(tensor(of, { shape: [columns, rows], strides: [1, columns] }), [of]);
    assert.ok(values.every((value, i) => value === (i % rows) * columns + Math.floor(i / rows)));
    assert.equal(values.length, rows * columns);
  });

  it('cannot change its shape behind the reader', () => {
    const file = zipCheckpoint(dict({ t: tensor(twelve, { shape: [12] }) }), [twelve]);
    opened(file, (checkpoint) => assert.ok(Object.isFrozen(checkpoint.stateDict().get('t')!.shape)));
  });
});

describe('other ways to write a tensor', () => {
  const expected = { dtype: 'float32', shape: [2], values: [4, 5] };

  it('_rebuild_tensor', () => {
    const made = call(name('torch._utils', '_rebuild_tensor'), storage(twelve), 4, tuple(2), tuple(1));
    assert.deepEqual(read(made, [twelve]), expected);
  });

  it('_rebuild_tensor_v3 of an untyped storage', () => {
    const { bytes } = twelve;
    for (const module of ['torch', 'torch.storage']) {
      const of = { key: '0', type: 'UntypedStorage', module, bytes, length: bytes.length };
      const rebuild = name('torch._utils', '_rebuild_tensor_v3');
      const hooks = call(name('collections', 'OrderedDict'));
      const float32 = name('torch', 'float32');
      const made = call(rebuild, storage(of), 4, tuple(2), tuple(1), false, hooks, float32);
      assert.deepEqual(readFrom(zipCheckpoint(dict({ t: made }), [of])), expected);
    }
  });

  it('a Parameter', () => {
    const inner = tensor(twelve, { shape: [2], offset: 4 });
    const hooks = call(name('collections', 'OrderedDict'));
    assert.deepEqual(read(call(name('torch._utils', '_rebuild_parameter'), inner, true, hooks), [twelve]), expected);
    assert.deepEqual(read(call(name('torch.nn.parameter', 'Parameter'), inner, true), [twelve]), expected);
  });

  it('sizes as a torch.Size', () => {
    const size = call(name('torch', 'Size'), tuple(2));
    const made = call(name('torch._utils', '_rebuild_tensor'), storage(twelve), 4, size, tuple(1));
    assert.deepEqual(read(made, [twelve]), expected);
  });

  it('a legacy view of a storage', () => {
    const part: WrittenStorage = { ...twelve, view: ['part', 3, 4] };
    const made = tensor(part, { shape: [2], offset: 1 });
    assert.deepEqual(readFrom(legacyCheckpoint(dict({ t: made }), [twelve])), expected);
  });

  it('one storage under two tensors', () => {
    const root = dict({ a: tensor(twelve, { shape: [12] }), b: tensor(twelve, { shape: [2], offset: 4 }) });
    for (const file of [zipCheckpoint(root, [twelve]), legacyCheckpoint(root, [twelve])]) {
      opened(file, (checkpoint) => assert.deepEqual([...checkpoint.stateDict().get('b')!.read()], [4, 5]));
    }
  });
});

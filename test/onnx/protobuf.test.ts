import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeVarint, ProtobufWriter } from '../../src/onnx/protobuf.ts';
import { field, readFields, readPacked, readVarint } from './read-protobuf.ts';

const edges = [
  0n,
  1n,
  127n,
  128n,
  300n,
  16383n,
  16384n,
  2n ** 31n - 1n,
  2n ** 32n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -1n,
  -(2n ** 31n),
  -(2n ** 63n),
];

test('varints at every edge read back', () => {
  for (const value of edges) {
    const bytes = encodeVarint(value);
    const read = readVarint(bytes, 0);
    assert.equal(read.next, bytes.length);
    assert.equal(BigInt.asIntN(64, read.value), value);
  }
  assert.deepEqual([...encodeVarint(300n)], [0xac, 0x02]);
  assert.deepEqual([...encodeVarint(0n)], [0]);
  assert.equal(encodeVarint(127n).length, 1);
  assert.equal(encodeVarint(128n).length, 2);
  assert.deepEqual([...encodeVarint(-1n)], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
});

test('fields of every wire type read back, nested and large', () => {
  const large = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
  const inner = new ProtobufWriter().varint(1, -5).string(2, '朗读').float(3, -0.1);
  const bytes = new ProtobufWriter()
    .varint(1, 8)
    .message(16, inner)
    .bytes(2047, large)
    .packedVarints(3, edges)
    .packedVarints(4, [])
    .string(6, '')
    .finish();
  const fields = readFields(bytes);
  assert.deepEqual(
    fields.map(({ number, wire }) => [number, wire]),
    [
      [1, 0],
      [16, 2],
      [2047, 2],
      [3, 2],
      [4, 2],
      [6, 2],
    ],
  );
  assert.equal(field(fields, 1).value, 8n);
  const nested = readFields(field(fields, 16).bytes);
  assert.equal(BigInt.asIntN(64, field(nested, 1).value), -5n);
  assert.equal(new TextDecoder().decode(field(nested, 2).bytes), '朗读');
  assert.equal(new DataView(field(nested, 3).bytes.buffer).getFloat32(0, true), Math.fround(-0.1));
  assert.deepEqual(field(fields, 2047).bytes, large);
  assert.deepEqual(
    readPacked(field(fields, 3).bytes).map((value) => BigInt.asIntN(64, value)),
    edges,
  );
  assert.equal(field(fields, 4).bytes.length, 0);
});

test('a message that grows after it was nested does not change the one around it', () => {
  const inner = new ProtobufWriter().varint(1, 1);
  const outer = new ProtobufWriter().message(1, inner);
  const before = outer.finish();
  inner.varint(2, 2);
  assert.deepEqual(outer.finish(), before);
});

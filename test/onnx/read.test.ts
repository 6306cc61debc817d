import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { GraphBuilder } from '../../src/onnx/graph.ts';
import { encodeModel } from '../../src/onnx/model.ts';
import { decodeModel } from '../../src/onnx/read.ts';
import { shippedVoices } from '../golden-data.ts';

suite('a model that we wrote, read again', () => {
  for (const file of readdirSync(join(shippedVoices, 'tan')).filter((name) => name.endsWith('.onnx'))) {
    test(`${file} of tan is written as the same bytes`, () => {
      const bytes = readFileSync(join(shippedVoices, 'tan', file));
      assert.ok(bytes.equals(encodeModel(decodeModel(bytes))));
    });
  }

  test('keeps attributes of every kind, negative integers and domains', () => {
    const inner = new GraphBuilder('inner', 'fp32', 'i');
    inner.output('o', inner.scalar(-0.5), 'float32', []);
    const graph = new GraphBuilder('kinds', 'fp32');
    const x = graph.input('x', 'int64', ['n', 3]);
    const y = graph.add('com.microsoft:Made', [x, graph.ints([-1, 2 ** 40])], {
      axis: -1,
      list: [3, -7],
      alpha: { float: 0.25 },
      mode: 'linear',
      body: inner,
    });
    graph.output('y', y, 'int64', ['m']);
    const read = decodeModel(graph.model());
    assert.deepEqual(read.nodes[0]!.attributes.list, { ints: [3, -7] });
    assert.deepEqual(read.nodes[0]!.attributes.axis, { int: -1 });
    assert.equal(read.nodes[0]!.domain, 'com.microsoft');
    assert.deepEqual(encodeModel(read), graph.model());
  });

  test('one that is cut short, empty or of another writer is refused', () => {
    const graph = new GraphBuilder('short', 'fp32');
    graph.output('y', graph.add('Relu', [graph.input('x', 'float32', [2])]), 'float32', [2]);
    const bytes = graph.model();
    for (let length = 0; length < bytes.length - 12; length += 1) {
      assert.throws(() => decodeModel(bytes.subarray(0, length)), RangeError, `${length} bytes`);
    }
    // Field 99 of the model's graph.
    assert.throws(() => decodeModel(Uint8Array.of(0x3a, 3, 0x98, 6, 1)), /GraphProto has field 99/);
  });
});

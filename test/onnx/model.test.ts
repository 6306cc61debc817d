import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { floats, longs, Session } from '../../src/inference/session.ts';
import { GraphBuilder } from '../../src/onnx/graph.ts';
import { importGolden, shippedVoices } from '../golden-data.ts';
import { field, readFields } from './read-protobuf.ts';

/** x [n, 2] · weight [2, 3] + 0.5, then rows 1 … end. */
function example(precision: 'fp32' | 'fp16' = 'fp32'): Uint8Array {
  const graph = new GraphBuilder('example', precision);
  const x = graph.input('x', 'float32', ['n', 2]);
  const product = graph.add('MatMul', [x, graph.weight(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])]);
  const sum = graph.add('Add', [product, graph.scalar(0.5)]);
  graph.output('y', graph.slice(sum, 0, graph.ints([1]), graph.ints([Number.MAX_SAFE_INTEGER])), 'float32', ['m', 3]);
  return graph.model();
}

suite('a model that we write', () => {
  test('pins IR 8 and opset 17, and names no version of ours', () => {
    const model = readFields(example());
    assert.equal(field(model, 1).value, 8n);
    assert.equal(new TextDecoder().decode(field(model, 2).bytes), 'langdu');
    const opset = readFields(field(model, 8).bytes);
    assert.equal(field(opset, 2).value, 17n);
    assert.equal(field(opset, 1).bytes.length, 0);
    assert.deepEqual(model.map(({ number }) => number).sort(), [1, 2, 7, 8]);
  });

  test('loads in ONNX Runtime and computes', () => {
    const session = new Session(example(), { threads: 1 });
    const { y } = session.run({ x: floats(Float32Array.of(9, 9, 1, 0, 0, 1), [3, 2]) }, ['y']);
    assert.deepEqual(y!.dims, [2, 3]);
    assert.deepEqual([...y!.data], [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]);
    session.close();
  });

  test('is the same bytes every time', () => {
    assert.deepEqual(example(), example());
  });

  test('keeps halves for large weights only, and computes in float32', () => {
    const build = (precision: 'fp32' | 'fp16', size: number) => {
      const graph = new GraphBuilder('weights', precision);
      const x = graph.input('x', 'float32', [1, size]);
      const data = Float32Array.from({ length: size * 32 }, (_, index) => 1 / (index + 3));
      graph.output('y', graph.add('MatMul', [x, graph.weight(data, [size, 32])]), 'float32', [1, 32]);
      return { model: graph.model(), data };
    };
    const large = build('fp16', 64);
    assert.ok(large.model.length < build('fp32', 64).model.length / 1.8);
    assert.deepEqual(build('fp16', 4).model, build('fp32', 4).model);
    const session = new Session(large.model, { threads: 1 });
    const x = new Float32Array(64);
    x[1] = 1;
    const { y } = session.run({ x: floats(x, [1, 64]) }, ['y']);
    for (let i = 0; i < 32; i += 1) {
      const exact = large.data[32 + i]!;
      assert.ok(Math.abs(y!.data[i]! - exact) <= exact * 2 ** -11);
    }
    session.close();
  });

  test('a weight whose shape and size disagree is a mistake of ours, seen at once', () => {
    assert.throws(
      () => new GraphBuilder('g', 'fp32').weight(new Float32Array(5), [2, 3]),
      /shape \[2,3\] has 5 values/,
    );
  });

  test('a node that ONNX Runtime refuses says why', () => {
    const graph = new GraphBuilder('wrong', 'fp32');
    graph.output('y', graph.add('NoSuchOperator', [graph.input('x', 'float32', [1])]), 'float32', [1]);
    assert.throws(() => new Session(graph.model(), { threads: 1 }), /NoSuchOperator/);
    assert.throws(() => new Session(new Uint8Array([1, 2, 3]), { threads: 1 }));
  });
});

suite('a session, which calls what lies below the public interface of onnxruntime-node', () => {
  test('takes 64-bit integers, reuses buffers, and yields tensors that outlive the next run', () => {
    const graph = new GraphBuilder('double', 'fp32');
    const x = graph.input('x', 'float32', ['n']);
    const count = graph.input('count', 'int64', [1]);
    graph.output('y', graph.slice(graph.add('Add', [x, x]), 0, graph.ints([0]), count), 'float32', ['m']);
    const session = new Session(graph.model(), { threads: 1 });
    const data = Float32Array.of(1, 2, 3);
    const first = session.run({ x: floats(data, [3]), count: longs([2]) }, ['y']).y!;
    assert.deepEqual([...first.data], [2, 4]);
    data.set([10, 20, 30]);
    const second = session.run({ x: floats(data, [3]), count: longs([3]) }, ['y']).y!;
    assert.deepEqual([...second.data], [20, 40, 60]);
    assert.deepEqual([...first.data], [2, 4], 'the first result is still there');
    const none = session.run({ x: floats(data, [3]), count: longs([0]) }, ['y']).y!;
    assert.deepEqual([none.dims, none.data.length], [[0], 0]);
    const again = session.run({ x: second, count: longs([1]) }, ['y']).y!;
    assert.deepEqual([...again.data], [40], 'an output goes in as it came out');
    session.close();
  });

  test('a shape that does not fit and an input that is missing are errors, and it lives on', () => {
    const session = new Session(example(), { threads: 2 });
    assert.throws(() => session.run({ x: floats(new Float32Array(3), [1, 3]) }, ['y']), /invalid dimensions/i);
    assert.throws(() => session.run({}, ['y']));
    assert.equal(session.run({ x: floats(new Float32Array(4), [2, 2]) }, ['y']).y!.data.length, 3);
    session.close();
  });
});

test('every graph of our packages is IR 8 and opset 17, beside the operators that ONNX Runtime adds', () => {
  const folders = [join(importGolden(['tiny']), 'tiny'), join(shippedVoices, 'tan')];
  for (const folder of folders) {
    const files = readdirSync(folder).filter((file) => file.endsWith('.onnx'));
    assert.ok(files.length >= 5);
    for (const file of files) {
      const model = readFields(readFileSync(join(folder, file)));
      assert.equal(field(model, 1).value, 8n, file);
      const opsets = model
        .filter(({ number }) => number === 8)
        .map(({ bytes }) => readFields(bytes))
        .map((opset) => [new TextDecoder().decode(field(opset, 1).bytes), field(opset, 2).value]);
      assert.ok(
        opsets.every(([domain, version]) => version === { '': 17n, 'com.microsoft': 1n }[String(domain)]),
        `${file} has opsets ${opsets}`,
      );
    }
  }
});

import { floats, Session } from '../../src/inference/session.ts';
import { GraphBuilder, type Value } from '../../src/onnx/graph.ts';

/**
 * What one thread reaches in the two shapes of work that the engine is made of, in GFLOP/s: the best of several runs.
 */
export function peaks(): { readonly matmul: number; readonly convolution: number } {
  return { matmul: matmul(1024), convolution: convolution(128, 960, 11) };
}

function matmul(size: number): number {
  const graph = new GraphBuilder('matmul', 'fp32');
  const x = graph.input('x', 'float32', [size, size]);
  graph.output('y', graph.add('MatMul', [x, graph.weight(noise(size * size), [size, size])]), 'float32', [size, size]);
  return best(graph, [size, size], 2 * size ** 3);
}

/** Eight residual layers as the vocoder has them, so that reordering to the blocked layout is paid as it is there. */
function convolution(channels: number, time: number, width: number): number {
  const graph = new GraphBuilder('convolution', 'fp32');
  let x: Value = graph.input('x', 'float32', [1, channels, 1, time]);
  const layers = 8;
  for (let layer = 0; layer < layers; layer += 1) {
    x = graph.add('Conv', [x, graph.weight(noise(channels * channels * width), [channels, channels, 1, width])], {
      kernel_shape: [1, width],
      pads: [0, (width - 1) / 2, 0, (width - 1) / 2],
      dilations: [1, 1],
      strides: [1, 1],
      group: 1,
    });
  }
  graph.output('y', x, 'float32', [1, channels, 1, time]);
  return best(graph, [1, channels, 1, time], 2 * layers * channels * channels * width * time);
}

function best(graph: GraphBuilder, dims: readonly number[], flop: number): number {
  const session = new Session(graph.model(), { threads: 1 });
  const x = floats(noise(dims.reduce((product, extent) => product * extent, 1)), dims);
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20; i += 1) {
    const start = performance.now();
    session.run({ x }, ['y']);
    fastest = Math.min(fastest, performance.now() - start);
  }
  session.close();
  return flop / fastest / 1e6;
}

function noise(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i) * 0.05);
}

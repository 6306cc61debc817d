import { concatenate } from '../../float-arrays.ts';
import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';

/**
 * The layers that Sambert's networks share, on two-dimensional tensors `[time, channels]` unless a docstring says
 * otherwise.
 */

export const LAYER_NORM_EPSILON = 1e-6;

/** PyTorch keeps a linear layer's weight as `[out, in]`; products here take `[in, out]`. */
export function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) out[c * rows + r] = data[r * columns + c]!;
  }
  return out;
}

/** A linear layer's weight as `[in, out]`. `trailing` ones cover 1×1 convolutions, stored `[out, in, 1]`. */
export function linearWeight(
  weights: Weights,
  name: string,
  inputs: number,
  outputs: number,
  trailing: readonly 1[] = [],
): Float32Array {
  return transpose(weights.take(`${name}.weight`, [outputs, inputs, ...trailing]), outputs, inputs);
}

/** x · weight + bias; `weight` is `[in, out]`. */
export function affine(graph: GraphBuilder, x: Value, weight: Float32Array, bias: Float32Array): Value {
  const outputs = bias.length;
  return graph.add('Gemm', [x, graph.weight(weight, [weight.length / outputs, outputs]), graph.float(bias, [outputs])]);
}

/** nn.Linear or a 1×1 nn.Conv1d over `[time, in]`. */
export function linear(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  name: string,
  inputs: number,
  outputs: number,
  trailing: readonly 1[] = [],
): Value {
  return affine(
    graph,
    x,
    linearWeight(weights, name, inputs, outputs, trailing),
    weights.take(`${name}.bias`, [outputs]),
  );
}

export function linearNoBias(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  name: string,
  inputs: number,
  outputs: number,
  trailing: readonly 1[] = [],
): Value {
  return graph.add('MatMul', [
    x,
    graph.weight(linearWeight(weights, name, inputs, outputs, trailing), [inputs, outputs]),
  ]);
}

export function layerNorm(graph: GraphBuilder, x: Value, weights: Weights, name: string, width: number): Value {
  const scale = graph.float(weights.take(`${name}.weight`, [width]), [width]);
  const shift = graph.float(weights.take(`${name}.bias`, [width]), [width]);
  return graph.add('LayerNormalization', [x, scale, shift], { axis: -1, epsilon: { float: LAYER_NORM_EPSILON } });
}

/**
 * nn.Conv1d over time with zero padding that keeps the length, as one matrix product over the shifted rows side by
 * side: ONNX Runtime multiplies matrices faster than it convolves one-dimensional tensors.
 */
export function convolveRows(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  name: string,
  inputs: number,
  outputs: number,
  width: number,
): Value {
  if (width === 1) return linear(graph, x, weights, name, inputs, outputs, [1]);
  const left = Math.floor((width - 1) / 2);
  const right = width - 1 - left;
  const padded = graph.add('Pad', [x, graph.ints([left, 0, right, 0])]);
  const shifted = Array.from({ length: width }, (_, tap) =>
    // A negative end counts from the back; the last tap ends where the rows end.
    graph.slice(
      padded,
      0,
      graph.ints([tap]),
      graph.ints([tap === width - 1 ? Number.MAX_SAFE_INTEGER : tap - width + 1]),
    ),
  );
  const stored = weights.take(`${name}.weight`, [outputs, inputs, width]);
  const rows = new Float32Array(stored.length);
  for (let o = 0; o < outputs; o += 1) {
    for (let i = 0; i < inputs; i += 1) {
      for (let t = 0; t < width; t += 1) rows[(t * inputs + i) * outputs + o] = stored[(o * inputs + i) * width + t]!;
    }
  }
  return affine(graph, graph.add('Concat', shifted, { axis: 1 }), rows, weights.take(`${name}.bias`, [outputs]));
}

/** Zero padding of an FSMN memory block: `[past, future]` rows. Python's round() goes to the even neighbour. */
export function memoryReach(filter: number, shift: number): { past: number; future: number } {
  const half = (filter - 1) / 2;
  const floor = Math.floor(half);
  const rounded = half === floor || floor % 2 === 0 ? floor : floor + 1;
  const moved = Math.max(shift, 0);
  return { past: rounded + moved, future: floor - moved };
}

/** A depthwise convolution over time without padding: `[time + filter − 1, channels]` → `[time, channels]`. */
export function depthwise(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  name: string,
  channels: number,
  filter: number,
): Value {
  const kernel = graph.weight(weights.take(`${name}.weight`, [channels, 1, filter]), [channels, 1, 1, filter]);
  const asImage = graph.add('Reshape', [
    graph.add('Transpose', [x], { perm: [1, 0] }),
    graph.ints([1, channels, 1, -1]),
  ]);
  const convolved = graph.add('Conv', [asImage, kernel], {
    kernel_shape: [1, filter],
    group: channels,
    pads: [0, 0, 0, 0],
    strides: [1, 1],
    dilations: [1, 1],
  });
  return graph.add('Transpose', [graph.add('Reshape', [convolved, graph.ints([channels, -1])])], { perm: [1, 0] });
}

/**
 * Gates in PyTorch's order (input, forget, cell, output) to ONNX's (input, output, forget, cell); rows of
 * `[4·units, width]`.
 */
function toOnnxGates(data: Float32Array, units: number): Float32Array {
  const block = data.length / 4;
  const out = new Float32Array(data.length);
  [0, 3, 1, 2].forEach((from, to) => {
    out.set(data.subarray(from * block, (from + 1) * block), to * block);
  });
  if (block % units !== 0) throw new Error('LSTM weights are not four gates');
  return out;
}

export interface LstmState {
  readonly hidden: Value;
  readonly cell: Value;
}

/**
 * A one-layer LSTM over `[time, inputs]` → `[time, directions · units]`, with the state it ended in.
 * `initial` is `[directions, 1, units]` each.
 */
export function lstm(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  name: string,
  inputs: number,
  units: number,
  options: { readonly bidirectional: boolean; readonly initial?: LstmState },
): { readonly output: Value; readonly state: LstmState } {
  const suffixes = options.bidirectional ? ['', '_reverse'] : [''];
  const gates = (kind: string, width: number) =>
    concatenate(
      suffixes.map((suffix) => toOnnxGates(weights.take(`${name}.${kind}_l0${suffix}`, [4 * units, width]), units)),
    );
  const bias = concatenate(
    suffixes.flatMap((suffix) => [
      toOnnxGates(weights.take(`${name}.bias_ih_l0${suffix}`, [4 * units]), units),
      toOnnxGates(weights.take(`${name}.bias_hh_l0${suffix}`, [4 * units]), units),
    ]),
  );
  const directions = suffixes.length;
  const [sequence, hidden, cell] = graph.addMany(
    'LSTM',
    [
      graph.add('Unsqueeze', [x, graph.ints([1])]),
      graph.weight(gates('weight_ih', inputs), [directions, 4 * units, inputs]),
      graph.weight(gates('weight_hh', units), [directions, 4 * units, units]),
      graph.float(bias, [directions, 8 * units]),
      '',
      options.initial?.hidden ?? '',
      options.initial?.cell ?? '',
    ],
    3,
    { hidden_size: units, direction: options.bidirectional ? 'bidirectional' : 'forward' },
  );
  // [time, directions, 1, units] → [time, directions · units]
  const output = graph.add('Reshape', [sequence!, graph.ints([0, directions * units])]);
  return { output, state: { hidden: hidden!, cell: cell! } };
}

import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import { convolveRows, layerNorm, linear, linearNoBias } from './layers.ts';
import type { SambertSettings } from './settings.ts';

/** Text encoder: embedded symbols `[N, embedding_dim]` → text_hidden `[N, projection]` (docs/networks.md §3.1). */
export function textEncoder(
  graph: GraphBuilder,
  embedded: Value,
  positions: Value,
  weights: Weights,
  settings: SambertSettings,
): Value {
  const { embeddingDim, encoderUnits, encoderLayers } = settings;
  let x = graph.add('Add', [graph.add('Mul', [embedded, graph.scalar(Math.sqrt(encoderUnits))]), positions]);
  for (let layer = 0; layer < encoderLayers; layer += 1) {
    const inputs = layer === 0 ? embeddingDim : encoderUnits;
    const name = `text_encoder.ling_enc.fft.${layer}`;
    x = selfAttention(graph, x, weights, `${name}.slf_attn`, inputs, settings);
    x = feedForward(graph, x, weights, `${name}.pos_ffn`, encoderUnits, settings.encoderInner, [3, 1]);
  }
  x = layerNorm(graph, x, weights, 'text_encoder.ling_enc.ln', encoderUnits);
  return linearNoBias(graph, x, weights, 'text_encoder.ling_proj', encoderUnits, settings.projectionUnits);
}

function selfAttention(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  name: string,
  inputs: number,
  settings: SambertSettings,
): Value {
  const { encoderHeads: heads, encoderUnits: units } = settings;
  const width = Math.floor(units / heads);
  const inner = heads * width;
  const normed = layerNorm(graph, x, weights, `${name}.layer_norm`, inputs);
  const qkv = linear(graph, normed, weights, `${name}.w_qkv`, inputs, 3 * inner); // [N, 3·H·d]
  const split = graph.add('Transpose', [graph.add('Reshape', [qkv, graph.ints([-1, 3, heads, width])])], {
    perm: [1, 2, 0, 3],
  }); // [3, H, N, d]
  const [q, k, v] = graph.addMany('Split', [split, graph.ints([1, 1, 1])], 3, { axis: 0 });
  const scores = graph.add('Div', [
    graph.add('MatMul', [q!, graph.add('Transpose', [k!], { perm: [0, 1, 3, 2] })]),
    graph.scalar(Math.sqrt(width)),
  ]); // [1, H, N, N]
  const mixed = graph.add('MatMul', [graph.add('Softmax', [scores], { axis: -1 }), v!]); // [1, H, N, d]
  const joined = graph.add('Reshape', [
    graph.add('Transpose', [mixed], { perm: [2, 0, 1, 3] }),
    graph.ints([-1, inner]),
  ]); // [N, H·d]
  const projected = linear(graph, joined, weights, `${name}.fc`, inner, units);
  // The first layer changes the width and so has no residual.
  return inputs === units ? graph.add('Add', [projected, x]) : projected;
}

/** Pre-norm feed-forward with kernels over time, residual. */
export function feedForward(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  name: string,
  units: number,
  inner: number,
  kernels: readonly [number, number],
): Value {
  const normed = layerNorm(graph, x, weights, `${name}.layer_norm`, units);
  const hidden = graph.add('Relu', [convolveRows(graph, normed, weights, `${name}.w_1`, units, inner, kernels[0])]);
  return graph.add('Add', [convolveRows(graph, hidden, weights, `${name}.w_2`, inner, units, kernels[1]), x]);
}

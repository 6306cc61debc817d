import { concatenate } from '../../float-arrays.ts';
import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import { affine, LAYER_NORM_EPSILON, layerNorm, linear, linearWeight } from './layers.ts';
import { memoryWidth, type SambertSettings } from './settings.ts';

/**
 * The PNCA decoder in two graphs (docs/networks.md §3.4).
 *
 * `memory` runs once a sentence: what every layer needs of a memory row, in one product. Its row is
 * `2·layers + 1` parts of `units`: keys and values of each layer in turn, then the row's share of dec_in_proj.
 *
 * `step` runs once a step, for any number of sentences at once. Attention reads at most `band + 1` rows of the past and
 * of the memory, so both are windows of R rows, newest or nearest first; R is a multiple of 8 so that padding a
 * shorter band to a longer one leaves every sum in the same order, and a batch equals each sentence alone.
 */

const NAME = 'mel_decoder.mel_dec';

export function memoryGraph(graph: GraphBuilder, weights: Weights, settings: SambertSettings): void {
  const { decoderLayers: layers, decoderUnits: units, decoderHeads: heads } = settings;
  const width = memoryWidth(settings);
  const inner = heads * Math.floor(units / heads);
  const columns: Float32Array[] = [];
  const biases: Float32Array[] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `${NAME}.pnca.${layer}.pnca_attn.w_h_kv`;
    // Rows of a stored weight are outputs: keys first, then values.
    columns.push(weights.take(`${name}.weight`, [2 * inner, width]));
    biases.push(weights.take(`${name}.bias`, [2 * inner]));
  }
  columns.push(decoderInput(weights, settings).memory);
  biases.push(new Float32Array(units));
  const outputs = 2 * inner * layers + units;
  const stacked = concatenate(columns); // [outputs, width]
  const weight = new Float32Array(stacked.length);
  for (let o = 0; o < outputs; o += 1) {
    for (let i = 0; i < width; i += 1) weight[i * outputs + o] = stacked[o * width + i]!;
  }
  const memory = graph.input('memory', 'float32', ['steps', width]);
  const rows = affine(graph, memory, weight, concatenate(biases));
  graph.output('rows', rows, 'float32', ['steps', outputs]);
}

/**
 * dec_in_proj over [memory, prenet] · sqrt(units), split into both shares with the factor folded in; `[units, width]`.
 */
function decoderInput(weights: Weights, settings: SambertSettings) {
  const { decoderUnits: units } = settings;
  const width = memoryWidth(settings);
  const scale = Math.sqrt(units);
  const stored = weights.take(`${NAME}.dec_in_proj.weight`, [units, width + units]);
  const memory = new Float32Array(units * width);
  const prenet = new Float32Array(units * units);
  for (let o = 0; o < units; o += 1) {
    for (let i = 0; i < width; i += 1) memory[o * width + i] = stored[o * (width + units) + i]! * scale;
    for (let i = 0; i < units; i += 1) prenet[i * units + o] = stored[o * (width + units) + width + i]! * scale;
  }
  const bias = weights.take(`${NAME}.dec_in_proj.bias`, [units]).map((value) => value * scale);
  return { memory, prenet, bias };
}

export function stepGraph(graph: GraphBuilder, weights: Weights, settings: SambertSettings): void {
  const { decoderLayers: layers, decoderUnits: units, decoderHeads: heads, mels } = settings;
  const width = units / heads;
  const outputs = settings.outputsPerStep * mels;
  const parts = 2 * layers + 1;

  const frames = graph.input('frames', 'float32', ['batch', outputs]); // the previous step's
  const past = graph.input('past', 'float32', [2 * layers, 'batch', heads, 'R - 1', width]); // newest first
  const rows = graph.input('rows', 'float32', ['steps', parts * units]); // of `memory`
  const window = graph.input('window', 'int32', ['batch', 'R']); // which of `rows` each sentence sees
  const mask = graph.input('mask', 'float32', ['batch', 1, 1, '2 * R']); // 0, or −∞ past the band
  const reach = graph.add('Shape', [window], { start: 1, end: 2 }); // R
  const reshape = (value: Value, ...extents: (number | Value)[]) =>
    graph.add('Reshape', [value, shapeOf(graph, extents)]);

  // [batch, R, parts, H, d] → [parts, batch, H, R, d]
  const gathered = graph.add('Gather', [reshape(rows, -1, parts, heads, width), window], { axis: 0 });
  const turned = graph.add('Transpose', [gathered], { perm: [2, 0, 3, 1, 4] });
  // The reshape changes nothing: it keeps ONNX Runtime from pushing one transpose into every layer.
  const memory = splitOnes(graph, reshape(turned, parts, -1, heads, reach, width), parts); // [1, batch, H, R, d] each
  const pasts = splitOnes(graph, past, 2 * layers);

  const nearest = graph.slice(memory[2 * layers]!, 3, graph.ints([0]), graph.ints([1]));
  let x = graph.add('Add', [prenet(graph, frames, weights, settings), reshape(nearest, -1, units)]); // [batch, units]
  let normed = layerNorm(graph, x, weights, `${NAME}.pnca.0.pnca_attn.layer_norm`, units);
  const softmaxShape = shapeOf(graph, [-1, 1, reach]);
  const valuesShape = shapeOf(graph, [-1, reach, width]);

  const added: Value[] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `${NAME}.pnca.${layer}`;
    const query = queryKeyValue(graph, normed, weights, `${name}.pnca_attn`, heads, width); // [1, batch, H, 1, d] each
    added.push(query.key, query.value);
    // [1, batch, H, 2R, d]
    const keys = graph.add('Concat', [query.key, pasts[2 * layer]!, memory[2 * layer]!], { axis: 3 });
    const values = graph.add('Concat', [query.value, pasts[2 * layer + 1]!, memory[2 * layer + 1]!], { axis: 3 });
    const scores = graph.add('com.microsoft:FusedMatMul', [query.query, keys], { transB: 1 }); // [1, batch, H, 1, 2R]
    // Past and memory each have a softmax of their own: [batch · H · 2, 1, R].
    const apart = graph.add('Reshape', [graph.add('Add', [scores, mask]), softmaxShape]);
    const mixed = graph.add('MatMul', [
      graph.add('Softmax', [apart], { axis: -1 }),
      graph.add('Reshape', [values, valuesShape]),
    ]); // [batch · H · 2, 1, d]
    const projection = jointProjection(weights, `${name}.pnca_attn`, heads, width);
    const attended = affine(graph, reshape(mixed, -1, 2 * units), projection.weight, projection.bias);
    [normed, x] = addNorm(graph, x, attended, weights, `${name}.pos_ffn.layer_norm`, units);

    const hidden = graph.add('Relu', [
      linear(graph, normed, weights, `${name}.pos_ffn.w_1`, units, settings.decoderInner, [1]),
    ]);
    const fed = linear(graph, hidden, weights, `${name}.pos_ffn.w_2`, settings.decoderInner, units, [1]);
    const next = layer + 1 < layers ? `${NAME}.pnca.${layer + 1}.pnca_attn.layer_norm` : `${NAME}.ln`;
    [normed, x] = addNorm(graph, x, fed, weights, next, units);
  }
  graph.output('frames_out', linear(graph, normed, weights, `${NAME}.dec_out_proj`, units, outputs), 'float32', [
    'batch',
    outputs,
  ]);

  // The newest row of the past alone: whoever runs the graph has the others.
  graph.output('newest', graph.add('Concat', added, { axis: 0 }), 'float32', [2 * layers, 'batch', heads, 1, width]);
}

/** A shape of constants and of extents known at run time (`[1]` each). */
function shapeOf(graph: GraphBuilder, extents: readonly (number | Value)[]): Value {
  if (extents.every((extent) => typeof extent === 'number')) return graph.ints(extents);
  return graph.add(
    'Concat',
    extents.map((extent) => (typeof extent === 'number' ? graph.ints([extent]) : extent)),
    { axis: 0 },
  );
}

function splitOnes(graph: GraphBuilder, value: Value, count: number): Value[] {
  return graph.addMany('Split', [value, graph.ints(new Array(count).fill(1))], count, { axis: 0 });
}

/** LayerNorm(x + y), and x + y itself. */
function addNorm(
  graph: GraphBuilder,
  x: Value,
  y: Value,
  weights: Weights,
  name: string,
  width: number,
): [Value, Value] {
  const scale = graph.float(weights.take(`${name}.weight`, [width]), [width]);
  const shift = graph.float(weights.take(`${name}.bias`, [width]), [width]);
  const outputs = graph.addMany('com.microsoft:SkipLayerNormalization', [x, y, scale, shift], 4, {
    epsilon: { float: LAYER_NORM_EPSILON },
  });
  return [outputs[0]!, outputs[3]!];
}

/** Prenet of the last frame, with its share of dec_in_proj. `[batch, units]` */
function prenet(graph: GraphBuilder, frames: Value, weights: Weights, settings: SambertSettings): Value {
  const { mels, decoderUnits: units } = settings;
  let x = graph.slice(frames, 1, graph.ints([-mels]), graph.ints([Number.MAX_SAFE_INTEGER]));
  let width = mels;
  settings.decoderPrenet.forEach((outputs, index) => {
    x = graph.add('Relu', [linear(graph, x, weights, `${NAME}.prenet.fcs.${3 * index}`, width, outputs)]);
    width = outputs;
  });
  // The prenet's last layer and dec_in_proj follow one another without an activation: one product.
  const last = `${NAME}.prenet.fcs.${3 * settings.decoderPrenet.length}`;
  const weight = linearWeight(weights, last, width, units); // [width, units]
  const bias = weights.take(`${last}.bias`, [units]);
  const input = decoderInput(weights, settings);
  return affine(
    graph,
    x,
    product(weight, input.prenet, width, units, units),
    product(bias, input.prenet, 1, units, units).map((value, index) => value + input.bias[index]!),
  );
}

/** The step's query, with the scale of the scores in it, and the key and value it adds. `[1, batch, H, 1, d]` each */
function queryKeyValue(graph: GraphBuilder, x: Value, weights: Weights, name: string, heads: number, width: number) {
  const units = heads * width;
  const weight = linearWeight(weights, `${name}.w_x_qkv`, units, 3 * units);
  const bias = weights.take(`${name}.w_x_qkv.bias`, [3 * units]).slice();
  const scale = 1 / Math.sqrt(width);
  for (let o = 0; o < units; o += 1) {
    bias[o]! *= scale;
    for (let i = 0; i < units; i += 1) weight[i * 3 * units + o]! *= scale;
  }
  const joined = graph.add('Reshape', [affine(graph, x, weight, bias), graph.ints([1, -1, 3 * heads, 1, width])]);
  const [query, key, value] = graph.addMany('Split', [joined, graph.ints([heads, heads, heads])], 3, { axis: 2 });
  return { query: query!, key: key!, value: value! };
}

/** fc_x and fc_h as one weight `[H·2·d, units]` over the heads' (past, memory) pairs. */
function jointProjection(weights: Weights, name: string, heads: number, width: number) {
  const units = heads * width;
  const past = linearWeight(weights, `${name}.fc_x`, units, units);
  const memory = linearWeight(weights, `${name}.fc_h`, units, units);
  const weight = new Float32Array(2 * units * units);
  for (let head = 0; head < heads; head += 1) {
    const from = [head * width * units, (head + 1) * width * units] as const;
    weight.set(past.subarray(...from), 2 * head * width * units);
    weight.set(memory.subarray(...from), (2 * head + 1) * width * units);
  }
  const memoryBias = weights.take(`${name}.fc_h.bias`, [units]);
  const bias = weights.take(`${name}.fc_x.bias`, [units]).map((value, index) => value + memoryBias[index]!);
  return { weight, bias };
}

/** a `[n, m]` · b `[m, p]`, summed in double: folding must not cost accuracy. */
function product(a: Float32Array, b: Float32Array, n: number, m: number, p: number): Float32Array {
  const out = new Float32Array(n * p);
  for (let i = 0; i < n; i += 1) {
    const row = new Float64Array(p);
    for (let j = 0; j < m; j += 1) {
      const factor = a[i * m + j]!;
      for (let c = 0; c < p; c += 1) row[c]! += factor * b[j * p + c]!;
    }
    out.set(row, i * p);
  }
  return out;
}

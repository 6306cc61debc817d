import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import { feedForward } from './encoder.ts';
import { affine, concatenate, layerNorm, linear, linearWeight } from './layers.ts';
import { memoryWidth, type SambertSettings } from './settings.ts';

/**
 * The PNCA decoder in two graphs (kan-tts/README.md §3.4).
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

/** dec_in_proj over [memory, prenet] · sqrt(units), split into both shares with the factor folded in; `[units, width]`. */
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
  const width = Math.floor(units / heads);
  const outputs = settings.outputsPerStep * mels;
  const parts = 2 * layers + 1;
  if (heads * width !== units) throw new Error('decoder_num_units is not a multiple of decoder_num_heads');

  const frames = graph.input('frames', 'float32', ['batch', outputs]); // the previous step's
  const past = graph.input('past', 'float32', [2 * layers, 'batch', heads, 'R - 1', width]); // newest first
  const rows = graph.input('rows', 'float32', ['steps', parts * units]); // of `memory`
  const window = graph.input('window', 'int32', ['batch', 'R']); // which of `rows` each sentence sees
  const mask = graph.input('mask', 'float32', ['batch', 1, '2 * R', 1]); // 0, or −∞ past the band

  // [batch, R, parts, H, d] → [parts, batch, H, R, d]
  const gathered = graph.add('Gather', [graph.add('Reshape', [rows, graph.ints([-1, parts, heads, width])]), window], {
    axis: 0,
  });
  const memory = graph.addMany(
    'Split',
    [graph.add('Transpose', [gathered], { perm: [2, 0, 3, 1, 4] }), graph.ints(new Array(parts).fill(1))],
    parts,
    { axis: 0 },
  ); // each [1, batch, H, R, d]
  const pasts = graph.addMany('Split', [past, graph.ints(new Array(2 * layers).fill(1))], 2 * layers, { axis: 0 });

  const nearest = graph.slice(memory[2 * layers]!, 3, graph.ints([0]), graph.ints([1]));
  let x = graph.add('Add', [
    prenet(graph, frames, weights, settings),
    graph.add('Reshape', [nearest, graph.ints([-1, units])]),
  ]); // [batch, units]

  const added: Value[] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `${NAME}.pnca.${layer}`;
    const context = {
      pastKeys: pasts[2 * layer]!,
      pastValues: pasts[2 * layer + 1]!,
      memoryKeys: memory[2 * layer]!,
      memoryValues: memory[2 * layer + 1]!,
      mask,
    };
    const attended = attention(graph, x, context, weights, `${name}.pnca_attn`, heads, width);
    added.push(attended.key, attended.value);
    x = feedForward(graph, attended.output, weights, `${name}.pos_ffn`, units, settings.decoderInner, [1, 1]);
  }
  x = layerNorm(graph, x, weights, `${NAME}.ln`, units);
  x = linear(graph, x, weights, `${NAME}.dec_out_proj`, units, outputs);
  graph.output('frames_out', x, 'float32', ['batch', outputs]);

  // The newest row enters, the oldest leaves.
  const kept = graph.slice(past, 3, graph.ints([0]), graph.ints([-1]));
  const moved = graph.add('Concat', [graph.add('Concat', added, { axis: 0 }), kept], { axis: 3 });
  graph.output('past_out', moved, 'float32', [2 * layers, 'batch', heads, 'R - 1', width]);
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

interface AttentionContext {
  readonly pastKeys: Value;
  readonly pastValues: Value;
  readonly memoryKeys: Value;
  readonly memoryValues: Value;
  readonly mask: Value;
}

/** One query attends to the past and to the memory with separate softmaxes and one joint output projection, residual. */
function attention(
  graph: GraphBuilder,
  x: Value,
  context: AttentionContext,
  weights: Weights,
  name: string,
  heads: number,
  width: number,
): { output: Value; key: Value; value: Value } {
  const units = heads * width;
  const normed = layerNorm(graph, x, weights, `${name}.layer_norm`, units);
  const weight = linearWeight(weights, `${name}.w_x_qkv`, units, 3 * units);
  const bias = weights.take(`${name}.w_x_qkv.bias`, [3 * units]).slice();
  // The scale of the scores goes into the query.
  const scale = 1 / Math.sqrt(width);
  for (let o = 0; o < units; o += 1) {
    bias[o]! *= scale;
    for (let i = 0; i < units; i += 1) weight[i * 3 * units + o]! *= scale;
  }
  const qkv = affine(graph, normed, weight, bias);
  const [q, k, v] = graph.addMany('Split', [qkv, graph.ints([units, units, units])], 3, { axis: 1 });
  const query = graph.add('Reshape', [q!, graph.ints([1, -1, heads, width, 1])]);
  const key = graph.add('Reshape', [k!, graph.ints([1, -1, heads, 1, width])]);
  const value = graph.add('Reshape', [v!, graph.ints([1, -1, heads, 1, width])]);

  const keys = graph.add('Concat', [key, context.pastKeys, context.memoryKeys], { axis: 3 }); // [1, batch, H, 2R, d]
  const values = graph.add('Concat', [value, context.pastValues, context.memoryValues], { axis: 3 });
  const scores = graph.add('Add', [graph.add('MatMul', [keys, query]), context.mask]); // [1, batch, H, 2R, 1]
  // Past and memory side by side in rows: [batch · H · 2, R]
  const both = graph.add('Shape', [context.memoryKeys], { start: 3, end: 4 });
  const rows = graph.add('Reshape', [scores, graph.add('Concat', [graph.ints([-1, 1]), both], { axis: 0 })]); // [batch·H·2, 1, R]
  const share = graph.add('Softmax', [rows], { axis: -1 });
  const split = graph.add('Reshape', [
    values,
    graph.add('Concat', [graph.ints([-1]), both, graph.ints([width])], { axis: 0 }),
  ]); // [batch·H·2, R, d]
  const mixed = graph.add('Reshape', [graph.add('MatMul', [share, split]), graph.ints([-1, 2 * units])]); // H × (past, memory) × d

  const projection = jointProjection(weights, name, heads, width);
  const output = graph.add('Add', [affine(graph, mixed, projection.weight, projection.bias), x]);
  return { output, key, value };
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

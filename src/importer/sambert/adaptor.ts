import { concatenate } from '../../float-arrays.ts';
import { GraphBuilder, type Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import { affine, convolveRows, depthwise, linear, linearNoBias, lstm, memoryReach, transpose } from './layers.ts';
import type { SambertSettings } from './settings.ts';

export interface Adapted {
  /** One value a symbol, before the pitch control. `[N]` */
  readonly pitch: Value;
  readonly energy: Value;
  readonly logDuration: Value;
  /** text_hidden plus the pitch and energy embeddings. `[N, projection]` */
  readonly text: Value;
}

/**
 * Pitch, energy and durations of every symbol (docs/networks.md §3.2). `pitchControl` is applied to what was predicted.
 */
export function varianceAdaptor(
  graph: GraphBuilder,
  text: Value,
  speaker: Value,
  emotion: Value,
  pitchControl: { readonly scale: Value; readonly offset: Value },
  weights: Weights,
  settings: SambertSettings,
): Adapted {
  const condition = graph.add('Concat', [text, speaker, emotion], { axis: 1 });
  const pitch = predictor(graph, condition, weights, 'variance_adaptor.pitch_predictor', settings); // [N, 1]
  const energy = predictor(graph, condition, weights, 'variance_adaptor.energy_predictor', settings);
  const controlled = graph.add('Add', [graph.add('Mul', [pitch, pitchControl.scale]), pitchControl.offset]);
  const units = settings.projectionUnits;
  const augmented = graph.add('Add', [
    graph.add('Add', [text, convolveRows(graph, controlled, weights, 'variance_adaptor.pitch_emb', 1, units, 9)]),
    convolveRows(graph, energy, weights, 'variance_adaptor.energy_emb', 1, units, 9),
  ]);
  const logDuration = durations(
    graph,
    graph.add('Concat', [augmented, speaker, emotion], { axis: 1 }),
    weights,
    settings,
  );
  const flat = (value: Value) => graph.add('Reshape', [value, graph.ints([-1])]);
  return { pitch: flat(pitch), energy: flat(energy), logDuration: flat(logDuration), text: augmented };
}

function conditionWidth(settings: SambertSettings): number {
  return settings.projectionUnits + settings.speakerUnits + settings.emotionUnits;
}

function predictor(graph: GraphBuilder, x: Value, weights: Weights, name: string, settings: SambertSettings): Value {
  const { predictorMemory: memory, predictorInner: inner, predictorFilter: filter, predictorLstm: units } = settings;
  let width = conditionWidth(settings);
  let y = x;
  for (let layer = 0; layer < settings.predictorLayers; layer += 1) {
    const ffn = `${name}.fsmn.ffn_lst.${layer}`;
    const hidden = graph.add('Relu', [linear(graph, y, weights, `${ffn}.w_1`, width, inner, [1])]);
    const context = linearNoBias(graph, hidden, weights, `${ffn}.w_2`, inner, memory, [1]);
    const { past, future } = memoryReach(filter, settings.predictorShift[layer]!);
    const padded = graph.add('Pad', [context, graph.ints([past, 0, future, 0])]);
    const block = `${name}.fsmn.memory_block_lst.${layer}.conv_dw`;
    const remembered = graph.add('Add', [depthwise(graph, padded, weights, block, memory, filter), context]);
    y = width === memory ? graph.add('Add', [remembered, y]) : remembered;
    width = memory;
  }
  const { output } = lstm(graph, y, weights, `${name}.blstm`, memory, units, { bidirectional: true });
  return linear(graph, output, weights, `${name}.fc`, 2 * units, 1);
}

/**
 * Autoregressive log-durations `[N, 1]`: a Scan whose body takes the last log-duration through the prenet and two LSTM
 * cells. What does not depend on the last step, the condition's share of the first cell's gates, is one product
 * outside.
 */
function durations(graph: GraphBuilder, condition: Value, weights: Weights, settings: SambertSettings): Value {
  const name = 'variance_adaptor.duration_predictor';
  const units = settings.durationLstm;
  const prenetOut = settings.durationPrenet.at(-1)!;
  const inputs = prenetOut + conditionWidth(settings);
  const first = cellWeights(weights, `${name}.lstm`, 0, inputs, units);
  const second = cellWeights(weights, `${name}.lstm`, 1, units, units);
  const outside = first.input.subarray(prenetOut * 4 * units);
  const gates = affine(graph, condition, outside, first.bias); // [N, 4·units]

  const body = new GraphBuilder('durations', graph.precision, 'dur_');
  const state = ['last', 'h1', 'c1', 'h2', 'c2'].map((label) =>
    body.input(`dur_${label}`, 'float32', [1, label === 'last' ? 1 : units]),
  );
  const [last, h1, c1, h2, c2] = state as [Value, Value, Value, Value, Value];
  const row = body.input('dur_gates', 'float32', [4 * units]);
  let x = last;
  settings.durationPrenet.forEach((outputs, index) => {
    const width = index === 0 ? 1 : settings.durationPrenet[index - 1]!;
    x = body.add('Relu', [linear(body, x, weights, `${name}.prenet.fcs.${3 * index}`, width, outputs)]);
  });
  const inside = concatenate([first.input.subarray(0, prenetOut * 4 * units), first.recurrent]);
  const cell1 = cell(
    body,
    body.add('Add', [
      body.add('MatMul', [
        body.add('Concat', [x, h1], { axis: 1 }),
        body.weight(inside, [prenetOut + units, 4 * units]),
      ]),
      row,
    ]),
    c1,
    units,
  );
  const cell2 = cell(
    body,
    affine(
      body,
      body.add('Concat', [cell1.hidden, h2], { axis: 1 }),
      concatenate([second.input, second.recurrent]),
      second.bias,
    ),
    c2,
    units,
  );
  const next = body.add('Relu', [linear(body, cell2.hidden, weights, `${name}.fc`, units, 1)]);
  body.output('dur_last_out', next, 'float32', [1, 1]);
  body.output('dur_h1_out', cell1.hidden, 'float32', [1, units]);
  body.output('dur_c1_out', cell1.cell, 'float32', [1, units]);
  body.output('dur_h2_out', cell2.hidden, 'float32', [1, units]);
  body.output('dur_c2_out', cell2.cell, 'float32', [1, units]);
  body.output('dur_scan', body.add('Reshape', [next, body.ints([1])]), 'float32', [1]);

  const zeros = (width: number) => graph.float(new Float32Array(width), [1, width]);
  const outputs = graph.addMany('Scan', [zeros(1), zeros(units), zeros(units), zeros(units), zeros(units), gates], 6, {
    body,
    num_scan_inputs: 1,
  });
  return outputs[5]!;
}

interface CellWeights {
  /**
   * `[inputs, 4·units]` and `[units, 4·units]`, gates in the order input, forget, output, cell: three sigmoids side by
   * side.
   */
  readonly input: Float32Array;
  readonly recurrent: Float32Array;
  readonly bias: Float32Array;
}

function cellWeights(weights: Weights, name: string, layer: number, inputs: number, units: number): CellWeights {
  const reorder = (data: Float32Array) => {
    const block = data.length / 4;
    return concatenate([0, 1, 3, 2].map((gate) => data.subarray(gate * block, (gate + 1) * block)));
  };
  const read = (kind: string, shape: readonly number[]) => reorder(weights.take(`${name}.${kind}_l${layer}`, shape));
  const hiddenBias = read('bias_hh', [4 * units]);
  return {
    input: transpose(read('weight_ih', [4 * units, inputs]), 4 * units, inputs),
    recurrent: transpose(read('weight_hh', [4 * units, units]), 4 * units, units),
    bias: read('bias_ih', [4 * units]).map((value, index) => value + hiddenBias[index]!),
  };
}

function cell(graph: GraphBuilder, gates: Value, past: Value, units: number): { hidden: Value; cell: Value } {
  const [sigmoids, candidate] = graph.addMany('Split', [gates, graph.ints([3 * units, units])], 2, { axis: 1 });
  const [input, forget, output] = graph.addMany(
    'Split',
    [graph.add('Sigmoid', [sigmoids!]), graph.ints([units, units, units])],
    3,
    { axis: 1 },
  );
  const kept = graph.add('Mul', [forget!, past]);
  const added = graph.add('Mul', [input!, graph.add('Tanh', [candidate!])]);
  const next = graph.add('Add', [kept, added]);
  return { hidden: graph.add('Mul', [output!, graph.add('Tanh', [next])]), cell: next };
}

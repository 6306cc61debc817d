import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import { depthwise, linear, linearNoBias, lstm, memoryReach } from './layers.ts';
import type { SambertSettings } from './settings.ts';

/**
 * The postnet as a stream (kan-tts/README.md §3.5): frames come in pieces, mel leaves as soon as the look-ahead allows, and
 * what the next piece needs of this one is handed back as state. A memory block keeps its last rows of input; at the start
 * those are its zero padding, and at the end (`tail` = 1) the padding of the other side is appended. So a stream's
 * arithmetic is the whole's, row by row.
 *
 * State, all `[rows, channels]` with as many rows as are waiting: `frames`, then for each layer `memory_i` and, where it has
 * a residual, `residual_i`; then the LSTM's `hidden` and `cell`.
 */
export function postnetGraph(graph: GraphBuilder, weights: Weights, settings: SambertSettings): void {
  const { mels, postnetMemory: memory, postnetInner: inner, postnetFilter: filter, postnetLstm: units } = settings;
  const fresh = graph.input('frames', 'float32', ['n', mels]);
  const tail = graph.input('tail', 'int64', [1]); // 0 while frames may follow, 1 with the last ones
  const waiting = state(graph, 'waiting', mels);
  const frames = graph.add('Concat', [waiting, fresh], { axis: 0 });

  let x = fresh;
  let width = mels;
  for (let layer = 0; layer < settings.postnetLayers; layer += 1) {
    const ffn = `mel_postnet.fsmn.ffn_lst.${layer}`;
    const hidden = graph.add('Relu', [linear(graph, x, weights, `${ffn}.w_1`, width, inner, [1])]);
    const context = linearNoBias(graph, hidden, weights, `${ffn}.w_2`, inner, memory, [1]);
    const { past, future } = memoryReach(filter, settings.postnetShift[layer]!);
    const padding = graph.slice(
      graph.float(new Float32Array(future * memory), [future, memory]),
      0,
      graph.ints([0]),
      graph.add('Mul', [tail, graph.ints([future])]),
    );
    const rows = graph.add('Concat', [state(graph, `memory_${layer}`, memory), context, padding], { axis: 0 });
    const remembered = depthwise(
      graph,
      rows,
      weights,
      `mel_postnet.fsmn.memory_block_lst.${layer}.conv_dw`,
      memory,
      filter,
    );
    const count = graph.add('Shape', [remembered], { start: 0, end: 1 });
    // Row t of the context is `past` rows into the block's window.
    const centre = graph.slice(rows, 0, graph.ints([past]), graph.add('Add', [count, graph.ints([past])]));
    keep(graph, `memory_${layer}`, rows, count, memory);
    let y = graph.add('Add', [remembered, centre]);
    if (width === memory) {
      const residual = graph.add('Concat', [state(graph, `residual_${layer}`, memory), x], { axis: 0 });
      y = graph.add('Add', [y, graph.slice(residual, 0, graph.ints([0]), count)]);
      keep(graph, `residual_${layer}`, residual, count, memory);
    }
    x = y;
    width = memory;
  }

  const initial = {
    hidden: graph.input('hidden', 'float32', [1, 1, units]),
    cell: graph.input('cell', 'float32', [1, 1, units]),
  };
  const recurrent = lstm(graph, x, weights, 'mel_postnet.lstm', memory, units, { bidirectional: false, initial });
  graph.output('hidden_out', recurrent.state.hidden, 'float32', [1, 1, units]);
  graph.output('cell_out', recurrent.state.cell, 'float32', [1, 1, units]);
  const refined = linear(graph, recurrent.output, weights, 'mel_postnet.fc', units, mels);
  const count = graph.add('Shape', [refined], { start: 0, end: 1 });
  const ready = graph.slice(frames, 0, graph.ints([0]), count);
  keep(graph, 'waiting', frames, count, mels);
  graph.output('mel', graph.add('Add', [refined, ready]), 'float32', ['m', mels]);
}

function state(graph: GraphBuilder, name: string, channels: number): Value {
  return graph.input(name, 'float32', [`${name} rows`, channels]);
}

/** What is left of `rows` after the `count` that are done becomes the state. */
function keep(graph: GraphBuilder, name: string, rows: Value, count: Value, channels: number): void {
  const rest = graph.slice(rows, 0, count, graph.ints([Number.MAX_SAFE_INTEGER]));
  graph.output(`${name}_out`, rest, 'float32', [`${name} rows out`, channels]);
}

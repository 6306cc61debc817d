import type { GraphBuilder } from '../../onnx/graph.ts';
import { Stream, type StreamState } from '../stream.ts';
import type { Weights } from '../weights.ts';
import { depthwise, linear, linearNoBias, lstm, memoryReach } from './layers.ts';
import type { SambertSettings } from './settings.ts';

/** The postnet as a stream (docs/networks.md §3.5): frames `[n, mels]` in, mel out as soon as the look-ahead allows. */
export function postnetGraph(graph: GraphBuilder, weights: Weights, settings: SambertSettings): StreamState[] {
  const { mels, postnetMemory: memory, postnetInner: inner, postnetFilter: filter, postnetLstm: units } = settings;
  const frames = graph.input('frames', 'float32', ['n', mels]);
  const stream = new Stream(graph, 0);
  let x = frames;
  let width = mels;
  for (let layer = 0; layer < settings.postnetLayers; layer += 1) {
    const ffn = `mel_postnet.fsmn.ffn_lst.${layer}`;
    const hidden = graph.add('Relu', [linear(graph, x, weights, `${ffn}.w_1`, width, inner, [1])]);
    const context = linearNoBias(graph, hidden, weights, `${ffn}.w_2`, inner, memory, [1]);
    const { past, future } = memoryReach(filter, settings.postnetShift[layer]!);
    const block = `mel_postnet.fsmn.memory_block_lst.${layer}.conv_dw`;
    const rows = stream.window(`memory_${layer}`, context, [past, memory], future);
    const remembered = depthwise(graph, rows, weights, block, memory, filter);
    const count = stream.count(remembered);
    stream.keep(`memory_${layer}`, rows, count);
    // Row t of the context is `past` rows into the block's window.
    const centre = graph.slice(rows, 0, graph.ints([past]), graph.add('Add', [count, graph.ints([past])]));
    const y = graph.add('Add', [remembered, centre]);
    x = width === memory ? graph.add('Add', [y, stream.delay(`residual_${layer}`, x, [0, memory], count)]) : y;
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
  const ready = stream.delay('waiting', frames, [0, mels], stream.count(refined));
  graph.output('mel', graph.add('Add', [refined, ready]), 'float32', ['m', mels]);
  return [...stream.states, { name: 'hidden', dims: [1, 1, units] }, { name: 'cell', dims: [1, 1, units] }];
}

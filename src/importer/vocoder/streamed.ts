import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import { Stream, type StreamState } from '../stream.ts';
import type { Weights } from '../weights.ts';
import { type Kernel, readKernel, type SubPixel } from './kernel.ts';
import type { GeneratorSettings } from './settings.ts';
import {
  convolveWith,
  excitationKernel,
  excite,
  leaky,
  padding,
  readResidual,
  readUpsampling,
  snake,
  stageInput,
  unfold,
} from './stages.ts';

/**
 * A stage whose layers keep their state (importer/stream.ts) in place of windows that overlap: for the early stages,
 * which reach over many frames. `[1, channels, 1, n]` → `[1, channels', 1, m]`; the last stage's ending is
 * windowedStage's, in graph.ts.
 */
export function streamedStage(
  graph: GraphBuilder,
  weights: Weights,
  settings: GeneratorSettings,
  index: number,
): StreamState[] {
  const { channels, causal, kernelSize, slope } = settings;
  let x = stageInput(graph, settings, index);
  const stream = new Stream(graph, 3);
  if (index === 0) {
    const kernel = readKernel(weights, 'conv_pre.conv1d', [channels, settings.inChannels, kernelSize], channels);
    x = convolve(graph, stream, 'pre', x, kernel, 1, causal);
  }
  x = upsample(graph, stream, leaky(graph, snake(graph, x), slope), readUpsampling(weights, settings, index));
  if (settings.nsf !== undefined) {
    // It comes with its zeros: exactly what the upsampled samples of this run need.
    x = graph.add('Add', [x, excite(graph, excitationKernel(weights, settings, index), [0, 0])]);
  }
  x = residualBlocks(graph, stream, x, weights, settings, index);
  graph.output('y', x, 'float32', [1, channels >> (index + 1), 1, 'm']);
  return stream.states;
}

/** Samples at the start of a stage's input that must be there before its upsampling yields the first of its own. */
export function upsamplingLag(settings: GeneratorSettings, index: number, up: SubPixel): number {
  const before = index === 0 ? padding(settings.kernelSize, 1, settings.causal)[1] : 0;
  return before + up.after;
}

function convolve(
  graph: GraphBuilder,
  stream: Stream,
  name: string,
  x: Value,
  kernel: Kernel,
  dilation: number,
  causal: boolean,
): Value {
  const [left, right] = padding(kernel.shape[2], dilation, causal);
  const rows = stream.window(name, x, [1, kernel.shape[1], 1, left], right);
  const y = convolveWith(graph, rows, kernel, [0, 0], dilation);
  stream.keep(name, rows, stream.count(y));
  return y;
}

function upsample(graph: GraphBuilder, stream: Stream, x: Value, up: SubPixel): Value {
  const { kernel, before, after } = up;
  const rows = stream.window('up', x, [1, kernel.shape[1], 1, before], after);
  const y = convolveWith(graph, rows, kernel, [0, 0]);
  stream.keep('up', rows, stream.count(y));
  return unfold(graph, y, up);
}

/** The mean of the residual blocks. The widest is latest; the others wait for it. */
function residualBlocks(
  graph: GraphBuilder,
  stream: Stream,
  x: Value,
  weights: Weights,
  settings: GeneratorSettings,
  index: number,
): Value {
  const { causal, slope, resblockKernels } = settings;
  const channels = settings.channels >> (index + 1);
  const blocks = resblockKernels.map((_, block) => {
    let y = x;
    for (const [layer, { first, second, dilation }] of readResidual(weights, settings, index, block).entries()) {
      const name = `block_${block}_${layer}`;
      const inner = leaky(
        graph,
        convolve(graph, stream, `${name}_1`, leaky(graph, y, slope), first, dilation, causal),
        slope,
      );
      const z = convolve(graph, stream, `${name}_2`, inner, second, 1, causal);
      y = graph.add('Add', [z, stream.delay(`${name}_r`, y, [1, channels, 1, 0], stream.count(z))]);
    }
    return y;
  });
  const aligned = blocks.length === 1 || causal ? blocks : align(graph, stream, blocks, channels);
  const sum = aligned.reduce((total, block) => graph.add('Add', [total, block]));
  return graph.add('Mul', [sum, graph.scalar(1 / blocks.length)]);
}

/** What every one of them has by now; what some have more waits. */
function align(graph: GraphBuilder, stream: Stream, blocks: readonly Value[], channels: number): Value[] {
  const windows = blocks.map((block, number) => stream.window(`align_${number}`, block, [1, channels, 1, 0]));
  const count = graph.add(
    'Min',
    windows.map((window) => stream.count(window)),
  );
  return windows.map((window, number) => {
    stream.keep(`align_${number}`, window, count);
    return stream.first(window, count);
  });
}

import type { GraphBuilder } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import { readKernel } from './kernel.ts';
import { synthesisKernel } from './pqmf.ts';
import type { GeneratorSettings } from './settings.ts';
import { convolve, excite, leaky, readUpsampling, residualBlocks, snake, upsample } from './stages.ts';

/** LeakyReLU's slope in front of conv_post: PyTorch's default, not the configured one. */
const LAST_SLOPE = 0.01;

/**
 * One stage of HiFi-GAN as a graph of its own (kan-tts/README.md §4): `[batch, channels, 1, n]` → `[batch, channels', 1, n · scale]`.
 * Stages are apart because overlapped windows must repeat the reach of all that runs inside one graph: the first stage
 * reaches furthest and costs least, so a window repeats a third of what one graph for all would.
 * The first takes mel `[batch, n, mels]`, the last yields samples `[batch, n]`.
 */
export function stageGraph(graph: GraphBuilder, weights: Weights, settings: GeneratorSettings, index: number): void {
  const { channels, causal, kernelSize } = settings;
  const first = index === 0;
  const last = index === settings.upsampleScales.length - 1;
  let x: string;
  if (first) {
    const mel = graph.input('mel', 'float32', ['batch', 'n', settings.inChannels]);
    const image = graph.add('Unsqueeze', [graph.add('Transpose', [mel], { perm: [0, 2, 1] }), graph.ints([2])]);
    const shape = [channels, settings.inChannels, kernelSize] as const;
    x = convolve(graph, image, readKernel(weights, 'conv_pre.conv1d', shape, channels), 1, causal);
  } else {
    x = graph.input('x', 'float32', ['batch', channels >> index, 1, 'n']);
  }
  const up = readUpsampling(weights, settings, index);
  x = upsample(graph, leaky(graph, snake(graph, x), settings.slope), up);
  if (settings.nsf !== undefined) x = graph.add('Add', [x, excite(graph, weights, settings, index)]);
  x = residualBlocks(graph, x, weights, settings, index);
  if (!last) {
    graph.output('y', x, 'float32', ['batch', channels >> (index + 1), 1, 'm']);
    return;
  }
  const shape = [settings.outChannels, channels >> (index + 1), kernelSize] as const;
  const post = readKernel(weights, 'conv_post.conv1d', shape, settings.outChannels);
  x = graph.add('Tanh', [convolve(graph, leaky(graph, x, LAST_SLOPE), post, 1, causal)]);
  if (settings.outChannels > 1) x = upsample(graph, x, synthesisKernel(settings.outChannels));
  graph.output('samples', graph.add('Reshape', [x, graph.ints([0, -1])]), 'float32', ['batch', 'm']);
}

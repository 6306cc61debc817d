import type { GraphBuilder } from '../../onnx/graph.ts';
import type { StreamState } from '../stream.ts';
import type { Weights } from '../weights.ts';
import { readKernel } from './kernel.ts';
import { synthesisKernel } from './pqmf.ts';
import { stageReach } from './reach.ts';
import type { GeneratorSettings } from './settings.ts';
import {
  convolve,
  excitationKernel,
  excitationPads,
  excite,
  leaky,
  readUpsampling,
  residualBlocks,
  snake,
  stageInput,
  synthesise,
  upsample,
} from './stages.ts';
import { streamedStage } from './streamed.ts';

/** LeakyReLU's slope in front of conv_post: PyTorch's default, not the configured one. */
const LAST_SLOPE = 0.01;

/** Reach, in frames of mel, from which on a stage keeps state: below it, repeating a window's edges costs less. */
const FAR_REACH = 5;

/**
 * One stage of HiFi-GAN as a graph of its own (docs/networks.md §4.1): `[1, channels, 1, n]` →
 * `[1, channels', 1, n · scale]`. The first takes mel `[1, n, mels]`, the last yields samples `[1, n]`. Yields the
 * states of a stage that streams; a stage without is run over windows that overlap by its reach.
 *
 * Early stages run at low rates and reach far, so in windows they would repeat most of their work: those stream. Late
 * stages reach a frame or two, and state would cost them a copy of every layer's input: those take windows.
 */
export function stageGraph(
  graph: GraphBuilder,
  weights: Weights,
  settings: GeneratorSettings,
  index: number,
): StreamState[] {
  if (isStreamed(settings, index)) return streamedStage(graph, weights, settings, index);
  windowedStage(graph, weights, settings, index);
  return [];
}

function isStreamed(settings: GeneratorSettings, index: number): boolean {
  const { left, right } = stageReach(settings, index);
  const rate = settings.upsampleScales.slice(0, index).reduce((product, scale) => product * scale, 1);
  return index < settings.upsampleScales.length - 1 && (left + right) / rate > FAR_REACH;
}

function windowedStage(graph: GraphBuilder, weights: Weights, settings: GeneratorSettings, index: number): void {
  const { channels, causal, kernelSize } = settings;
  let x = stageInput(graph, settings, index);
  if (index === 0) {
    const shape = [channels, settings.inChannels, kernelSize] as const;
    x = convolve(graph, x, readKernel(weights, 'conv_pre.conv1d', shape, channels), 1, causal);
  }
  x = upsample(graph, leaky(graph, snake(graph, x), settings.slope), readUpsampling(weights, settings, index));
  if (settings.nsf !== undefined) {
    const source = excitationKernel(weights, settings, index);
    x = graph.add('Add', [x, excite(graph, source, excitationPads(source.rate, causal))]);
  }
  x = residualBlocks(graph, x, weights, settings, index);
  if (index < settings.upsampleScales.length - 1) {
    graph.output('y', x, 'float32', [1, channels >> (index + 1), 1, 'm']);
    return;
  }
  const shape = [settings.outChannels, channels >> (index + 1), kernelSize] as const;
  const post = readKernel(weights, 'conv_post.conv1d', shape, settings.outChannels);
  x = graph.add('Tanh', [convolve(graph, leaky(graph, x, LAST_SLOPE), post, 1, causal)]);
  if (settings.outChannels > 1) x = synthesise(graph, x, synthesisKernel(settings.outChannels));
  graph.output('samples', graph.add('Reshape', [x, graph.ints([1, -1])]), 'float32', [1, 'm']);
}

import type { GraphBuilder, Value } from '../../onnx/graph.ts';
import type { Weights } from '../weights.ts';
import {
  type Kernel,
  mergeRepeatedPath,
  readKernel,
  type SubPixel,
  subPixel,
  transposedUpsampling,
  type Upsampling,
} from './kernel.ts';
import type { GeneratorSettings } from './settings.ts';

/**
 * The layers of HiFi-GAN on tensors `[1, channels, 1, time]`: ONNX Runtime moves convolutions to its blocked
 * layout only when they are four-dimensional, which is worth a quarter of the time (docs/networks.md §4).
 */

/** Left and right zero padding of a convolution that keeps the length. */
export function padding(width: number, dilation: number, causal: boolean): [number, number] {
  const reach = (width - 1) * dilation;
  return causal ? [reach, 0] : [Math.floor(reach / 2), Math.ceil(reach / 2)];
}

export function convolve(graph: GraphBuilder, x: Value, kernel: Kernel, dilation: number, causal: boolean): Value {
  return convolveWith(graph, x, kernel, padding(kernel.shape[2], dilation, causal), dilation);
}

/** With these zeros before and after. */
export function convolveWith(
  graph: GraphBuilder,
  x: Value,
  kernel: Kernel,
  [left, right]: readonly [number, number],
  dilation = 1,
): Value {
  const [out, inner, width] = kernel.shape;
  return graph.add('Conv', [x, graph.weight(kernel.data, [out, inner, 1, width]), graph.float(kernel.bias, [out])], {
    kernel_shape: [1, width],
    dilations: [1, dilation],
    pads: [0, left, 0, right],
    strides: [1, 1],
    group: 1,
  });
}

export function leaky(graph: GraphBuilder, x: Value, slope: number): Value {
  return graph.add('LeakyRelu', [x], { alpha: { float: slope } });
}

export function upsample(graph: GraphBuilder, x: Value, up: SubPixel): Value {
  return unfold(graph, convolveWith(graph, x, up.kernel, [up.before, up.after]), up);
}

/** `[1, out · stride, 1, n]` → `[1, out, 1, n · stride]`: a sample's channels follow each other in time. */
export function unfold(graph: GraphBuilder, x: Value, { kernel, stride }: SubPixel): Value {
  if (stride === 1) return x;
  const out = kernel.shape[0] / stride;
  const apart = graph.add('Reshape', [x, graph.ints([1, out, stride, -1])]);
  return graph.add('Reshape', [graph.add('Transpose', [apart], { perm: [0, 1, 3, 2] }), graph.ints([1, out, 1, -1])]);
}

/** PQMF's joining of sub-bands. */
export function synthesise(graph: GraphBuilder, x: Value, up: Upsampling): Value {
  const [inner, out, width] = up.shape;
  // ONNX cannot crop by a negative amount: the missing samples of a kernel shorter than its stride are its bias alone.
  if (up.cropEnd < 0) throw new Error('a transposed convolution narrower than its stride');
  return graph.add('ConvTranspose', [x, graph.weight(up.data, [inner, out, 1, width]), graph.float(up.bias, [out])], {
    kernel_shape: [1, width],
    strides: [1, up.stride],
    pads: [0, up.cropStart, 0, up.cropEnd],
    dilations: [1, 1],
    group: 1,
  });
}

/** x + sin(x), the upstream activation in front of every stage. */
export function snake(graph: GraphBuilder, x: Value): Value {
  return graph.add('Add', [x, graph.add('Sin', [x])]);
}

/** Reads both upsampling paths of stage `index` as one convolution. */
export function readUpsampling(weights: Weights, settings: GeneratorSettings, index: number): SubPixel {
  const inner = settings.channels >> index;
  const outer = settings.channels >> (index + 1);
  const stride = settings.upsampleScales[index]!;
  const width = settings.upsampleKernels[index]!;
  const own = transposedUpsampling(
    readKernel(weights, `transpose_upsamples.${index}.1.deconv`, [inner, outer, width], outer),
    stride,
    settings.causal,
  );
  if (!settings.repeatUpsample) return subPixel(own);
  const repeated = readKernel(
    weights,
    `repeat_upsamples.${index}.2.conv1d`,
    [outer, inner, settings.kernelSize],
    outer,
  );
  return subPixel(mergeRepeatedPath(own, repeated, padding(settings.kernelSize, 1, settings.causal)[0]));
}

export interface ResidualLayer {
  readonly first: Kernel;
  readonly second: Kernel;
  /** Of the first; the second has none. */
  readonly dilation: number;
}

/** The layers of residual block `block` of stage `index`. */
export function readResidual(
  weights: Weights,
  settings: GeneratorSettings,
  index: number,
  block: number,
): ResidualLayer[] {
  const channels = settings.channels >> (index + 1);
  const shape = [channels, channels, settings.resblockKernels[block]!] as const;
  const name = `conv_blocks.${index * settings.resblockKernels.length + block}`;
  return settings.resblockDilations[block]!.map((dilation, layer) => ({
    first: readKernel(weights, `${name}.convs1.${layer}.conv1d`, shape, channels),
    second: readKernel(weights, `${name}.convs2.${layer}.conv1d`, shape, channels),
    dilation,
  }));
}

/** The mean of stage `index`'s residual blocks. */
export function residualBlocks(
  graph: GraphBuilder,
  x: Value,
  weights: Weights,
  settings: GeneratorSettings,
  index: number,
): Value {
  const { slope, causal } = settings;
  const blocks = settings.resblockKernels.map((_, block) =>
    readResidual(weights, settings, index, block).reduce((y, { first, second, dilation }) => {
      const inner = leaky(graph, convolve(graph, leaky(graph, y, slope), first, dilation, causal), slope);
      return graph.add('Add', [convolve(graph, inner, second, 1, causal), y]);
    }, x),
  );
  const sum = blocks.reduce((total, block) => graph.add('Add', [total, block]));
  return graph.add('Mul', [sum, graph.scalar(1 / blocks.length)]);
}

/** The convolution that brings the excitation down to stage `index`'s output rate; `rate` is its stride. */
export function excitationKernel(weights: Weights, settings: GeneratorSettings, index: number) {
  const channels = settings.channels >> (index + 1);
  const rate = settings.upsampleScales.slice(index + 1).reduce((product, scale) => product * scale, 1);
  const width = rate === 1 ? 1 : 2 * rate;
  return { kernel: readKernel(weights, `source_downs.${index}.conv1d`, [channels, 1, width], channels), rate };
}

/**
 * The excitation `[1, 1, 1, samples]` at stage `index`'s output rate; an input of the graph. `pads` are the zeros
 * before and after it: none where the caller brings them along.
 */
export function excite(
  graph: GraphBuilder,
  { kernel, rate }: ReturnType<typeof excitationKernel>,
  pads: readonly [number, number],
): Value {
  const [channels, , width] = kernel.shape;
  const excitation = graph.input('excitation', 'float32', [1, 1, 1, 'samples']);
  return graph.add(
    'Conv',
    [excitation, graph.weight(kernel.data, [channels, 1, 1, width]), graph.float(kernel.bias, [channels])],
    {
      kernel_shape: [1, width],
      strides: [1, rate],
      pads: [0, pads[0], 0, pads[1]],
      dilations: [1, 1],
      group: 1,
    },
  );
}

/** Zeros around a whole excitation. */
export function excitationPads(rate: number, causal: boolean): [number, number] {
  if (rate === 1) return [0, 0];
  return causal ? [2 * rate - 1, 0] : [rate / 2, rate / 2];
}

/** What stage `index` reads, `[1, channels, 1, n]`: mel `[1, n, mels]` turned, or the output of the stage before. */
export function stageInput(graph: GraphBuilder, settings: GeneratorSettings, index: number): Value {
  if (index > 0) return graph.input('x', 'float32', [1, settings.channels >> index, 1, 'n']);
  const mel = graph.input('mel', 'float32', [1, 'n', settings.inChannels]);
  return graph.add('Unsqueeze', [graph.add('Transpose', [mel], { perm: [0, 2, 1] }), graph.ints([2])]);
}

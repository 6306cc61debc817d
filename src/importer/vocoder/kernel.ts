import type { Weights } from '../weights.ts';

/** A convolution's weights, `[out, in, width]` or for a transposed one `[in, out, width]`, with its bias `[out]`. */
export interface Kernel {
  readonly data: Float32Array;
  readonly shape: readonly [number, number, number];
  readonly bias: Float32Array;
}

/** Reads `<name>.weight` or the weight-normed pair `weight_g`/`weight_v`, and `<name>.bias`. */
export function readKernel(
  weights: Weights,
  name: string,
  shape: readonly [number, number, number],
  outChannels: number,
  hasBias = true,
): Kernel {
  const bias = hasBias ? weights.take(`${name}.bias`, [outChannels]) : new Float32Array(outChannels);
  const data = weights.has(`${name}.weight`)
    ? weights.take(`${name}.weight`, shape)
    : foldWeightNorm(
        weights.take(`${name}.weight_g`, [shape[0], 1, 1]),
        weights.take(`${name}.weight_v`, shape),
        shape[0],
      );
  return { data, shape, bias };
}

/** w = g · v / ‖v‖ over all dims but the first (torch.nn.utils.weight_norm, dim 0), accumulated in double. */
export function foldWeightNorm(g: Float32Array, v: Float32Array, first: number): Float32Array {
  const out = new Float32Array(v.length);
  const row = v.length / first;
  for (let i = 0; i < first; i += 1) {
    let sum = 0;
    for (let j = i * row; j < (i + 1) * row; j += 1) sum += v[j]! * v[j]!;
    const scale = g[i]! / Math.sqrt(sum);
    for (let j = i * row; j < (i + 1) * row; j += 1) out[j] = v[j]! * scale;
  }
  return out;
}

/** A transposed convolution that yields exactly `stride` samples for each of its input's. */
export interface Upsampling extends Kernel {
  readonly stride: number;
  /**
   * Samples cropped at the start and at the end of the full transposed convolution; the end may be negative: padded.
   */
  readonly cropStart: number;
  readonly cropEnd: number;
}

/** The stage's own transposed convolution. Causal: the tail is cropped; else both sides by (width − stride) / 2. */
export function transposedUpsampling(kernel: Kernel, stride: number, causal: boolean): Upsampling {
  const width = kernel.shape[2];
  const cropStart = causal ? 0 : Math.floor((width - stride) / 2);
  return { ...kernel, stride, cropStart, cropEnd: width - stride - cropStart };
}

/**
 * Adds the path that repeats every sample `stride` times and convolves: both paths are linear in the same activated
 * input, so their sum is one transposed convolution. A tap j of the repeated path's kernel, whose left padding is p,
 * meets input n at output n·stride + m for every m with p − j ≤ m ≤ p − j + stride − 1 (docs/networks.md §4.2).
 */
export function mergeRepeatedPath(up: Upsampling, repeated: Kernel, leftPadding: number): Upsampling {
  const [inChannels, outChannels, width] = up.shape;
  const taps = repeated.shape[2];
  const start = Math.max(up.cropStart, taps - 1 - leftPadding);
  const end = Math.max(width - 1 - up.cropStart, leftPadding + up.stride - 1);
  const merged = start + end + 1;
  const data = new Float32Array(inChannels * outChannels * merged);
  for (let i = 0; i < inChannels; i += 1) {
    for (let o = 0; o < outChannels; o += 1) {
      const base = (i * outChannels + o) * merged;
      const own = (i * outChannels + o) * width;
      for (let m = 0; m < width; m += 1) data[base + start + m - up.cropStart]! += up.data[own + m]!;
      const tapBase = (o * inChannels + i) * taps;
      for (let j = 0; j < taps; j += 1) {
        const tap = repeated.data[tapBase + j]!;
        for (let m = leftPadding - j; m < leftPadding - j + up.stride; m += 1) data[base + start + m]! += tap;
      }
    }
  }
  return {
    data,
    shape: [inChannels, outChannels, merged],
    bias: up.bias.map((value, index) => value + repeated.bias[index]!),
    stride: up.stride,
    cropStart: start,
    cropEnd: merged - up.stride - start,
  };
}

/**
 * An upsampling as a convolution that yields all samples of one input's stride as channels, `[out · stride, in, taps]`.
 */
export interface SubPixel {
  readonly kernel: Kernel;
  readonly stride: number;
  /** Input samples before and after one that its outputs depend on; taps are these and itself. */
  readonly before: number;
  readonly after: number;
}

/**
 * Output t·stride + r of a transposed convolution takes input t − d by tap d·stride + r + cropStart. As an ordinary
 * convolution it computes each sample in one order whatever the length of its input, which the matrix product inside
 * ONNX Runtime's ConvTranspose does not from 129 channels on; and it can be int8.
 */
export function subPixel(up: Upsampling): SubPixel {
  const { shape, stride, cropStart } = up;
  const [inner, out, width] = shape;
  const before = Math.floor((width - 1 - cropStart) / stride);
  const after = Math.floor((stride - 1 + cropStart) / stride);
  const taps = before + 1 + after;
  const data = new Float32Array(out * stride * inner * taps);
  for (let o = 0; o < out; o += 1) {
    for (let r = 0; r < stride; r += 1) {
      for (let i = 0; i < inner; i += 1) {
        for (let tap = 0; tap < taps; tap += 1) {
          const from = (before - tap) * stride + r + cropStart;
          if (from < 0 || from >= width) continue;
          data[((o * stride + r) * inner + i) * taps + tap] = up.data[(i * out + o) * width + from]!;
        }
      }
    }
  }
  const bias = Float32Array.from({ length: out * stride }, (_, index) => up.bias[Math.floor(index / stride)]!);
  return { kernel: { data, shape: [out * stride, inner, taps], bias }, stride, before, after };
}

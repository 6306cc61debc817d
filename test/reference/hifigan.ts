import type { Rows, State } from './state.ts';

/** Model.Generator.params, as the YAML has them. */
export interface HifiganParams {
  readonly channels?: number;
  readonly out_channels?: number;
  readonly kernel_size?: number;
  readonly upsample_scales: readonly number[];
  readonly upsample_kernal_sizes: readonly number[];
  readonly resblock_kernel_sizes: readonly number[];
  readonly resblock_dilations: readonly (readonly number[])[];
  readonly repeat_upsample?: boolean;
  readonly causal?: boolean;
  readonly nonlinear_activation_params?: { readonly negative_slope?: number };
}

/** `[channels][time]`. */
type Signal = Float64Array[];

interface Kernel {
  readonly shape: readonly [number, number, number];
  readonly at: (a: number, b: number, k: number) => number;
  readonly bias: Float32Array;
}

/** §4: mel `[T][mels]`, and the excitation of an NSF voice, to samples. */
export function runHifigan(state: State, params: HifiganParams, mel: Rows, excitation?: Float32Array): Float64Array {
  const causal = params.causal ?? true;
  const slope =
    params.nonlinear_activation_params === undefined
      ? 0.1
      : (params.nonlinear_activation_params.negative_slope ?? 0.01);
  const blocks = params.resblock_kernel_sizes.length;
  const scales = params.upsample_scales;
  let x: Signal = mel[0]!.slice().reduce<Signal>((channels, _, c) => {
    channels.push(Float64Array.from(mel, (row) => row[c]!));
    return channels;
  }, []);
  x = convolve(x, readKernel(state, 'conv_pre.conv1d'), 1, causal);
  scales.forEach((scale, stage) => {
    x = map(x, (value) => Math.sin(value) + value);
    const up = transposed(leaky(x, slope), readKernel(state, `transpose_upsamples.${stage}.1.deconv`), scale, causal);
    if (params.repeat_upsample ?? true) {
      const repeated = x.map((channel) =>
        Float64Array.from({ length: channel.length * scale }, (_, n) => channel[Math.floor(n / scale)]!),
      );
      const rep = convolve(leaky(repeated, slope), readKernel(state, `repeat_upsamples.${stage}.2.conv1d`), 1, causal);
      x = rep.map((channel, c) => channel.map((value, n) => value + up[c]![n]!));
    } else {
      x = up.map((channel, c) => channel.slice(0, x[c]!.length * scale));
    }
    if (excitation !== undefined) {
      const rate = scales.slice(stage + 1).reduce((product, each) => product * each, 1);
      const down = downsample(excitation, readKernel(state, `source_downs.${stage}.conv1d`), rate, causal);
      x = x.map((channel, c) => channel.map((value, n) => value + down[c]![n]!));
    }
    const sum = Array.from({ length: x.length }, () => new Float64Array(x[0]!.length));
    for (let block = 0; block < blocks; block += 1) {
      let y = x;
      const name = `conv_blocks.${stage * blocks + block}`;
      params.resblock_dilations[block]!.forEach((dilation, layer) => {
        const first = convolve(leaky(y, slope), readKernel(state, `${name}.convs1.${layer}.conv1d`), dilation, causal);
        const second = convolve(leaky(first, slope), readKernel(state, `${name}.convs2.${layer}.conv1d`), 1, causal);
        y = second.map((channel, c) => channel.map((value, n) => value + y[c]![n]!));
      });
      y.forEach((channel, c) => {
        channel.forEach((value, n) => {
          sum[c]![n]! += value / blocks;
        });
      });
    }
    x = sum;
  });
  x = map(convolve(leaky(x, 0.01), readKernel(state, 'conv_post.conv1d'), 1, causal), Math.tanh);
  return x.length === 1 ? x[0]! : joinBands(x);
}

/** Harmonics `[H + 1][samples]` mixed to the excitation: a 1×1 convolution and tanh. */
export function mixHarmonics(state: State, harmonics: readonly Float32Array[]): Float64Array {
  const kernel = readKernel(state, 'source_module.ffn.0');
  return Float64Array.from(harmonics[0]!, (_, n) =>
    Math.tanh(harmonics.reduce((sum, harmonic, h) => sum + kernel.at(0, h, 0) * harmonic[n]!, kernel.bias[0]!)),
  );
}

function map(x: Signal, f: (value: number) => number): Signal {
  return x.map((channel) => channel.map(f));
}

function leaky(x: Signal, slope: number): Signal {
  return map(x, (value) => (value < 0 ? value * slope : value));
}

/** A plain weight, or weight norm: g · v / ‖v‖ over all dims but the first. */
function readKernel(state: State, name: string): Kernel {
  const bias = state.get(`${name}.bias`).data;
  const plain = state.has(`${name}.weight`);
  const { shape, data } = state.get(plain ? `${name}.weight` : `${name}.weight_v`);
  const [first, second, width] = shape as readonly [number, number, number];
  const scales = Array.from({ length: first }, (_, a) => {
    if (plain) return 1;
    let squares = 0;
    for (let i = 0; i < second * width; i += 1) squares += data[a * second * width + i]! ** 2;
    return state.get(`${name}.weight_g`).data[a]! / Math.sqrt(squares);
  });
  return {
    shape: [first, second, width],
    at: (a, b, k) => data[(a * second + b) * width + k]! * scales[a]!,
    bias,
  };
}

/** Keeps the length. Causal: all of the padding is on the left. */
function convolve(x: Signal, kernel: Kernel, dilation: number, causal: boolean): Signal {
  const [outputs, inputs, width] = kernel.shape;
  const left = causal ? (width - 1) * dilation : ((width - 1) * dilation) / 2;
  const length = x[0]!.length;
  return Array.from({ length: outputs }, (_, o) => {
    const out = new Float64Array(length).fill(kernel.bias[o]!);
    for (let i = 0; i < inputs; i += 1) {
      for (let k = 0; k < width; k += 1) {
        const weight = kernel.at(o, i, k);
        const offset = k * dilation - left;
        const from = Math.max(0, -offset);
        const to = Math.min(length, length - offset);
        for (let n = from; n < to; n += 1) out[n]! += weight * x[i]![n + offset]!;
      }
    }
    return out;
  });
}

/** nn.ConvTranspose1d; causal ones lose width − stride samples at the end, others (width − stride) / 2 on both sides. */
function transposed(x: Signal, kernel: Kernel, stride: number, causal: boolean): Signal {
  const [inputs, outputs, width] = kernel.shape;
  const length = x[0]!.length;
  const whole = (length - 1) * stride + width;
  const crop = causal ? 0 : Math.floor((width - stride) / 2);
  return Array.from({ length: outputs }, (_, o) => {
    const out = new Float64Array(whole);
    for (let i = 0; i < inputs; i += 1) {
      for (let k = 0; k < width; k += 1) {
        const weight = kernel.at(i, o, k);
        for (let n = 0; n < length; n += 1) out[n * stride + k]! += weight * x[i]![n]!;
      }
    }
    return out.subarray(crop, whole - (causal ? width - stride : crop)).map((value) => value + kernel.bias[o]!);
  });
}

/** The excitation at a stage's rate: kernel 2u, stride u, padding u / 2 or, causal, 2u − 1 on the left; 1×1 where u is 1. */
function downsample(excitation: Float32Array, kernel: Kernel, rate: number, causal: boolean): Signal {
  const [outputs, , width] = kernel.shape;
  if (width !== (rate === 1 ? 1 : 2 * rate)) throw new Error(`source_downs is ${width} wide at rate ${rate}`);
  const left = rate === 1 ? 0 : causal ? width - 1 : rate / 2;
  return Array.from({ length: outputs }, (_, o) =>
    Float64Array.from({ length: excitation.length / rate }, (__, n) => {
      let sum = kernel.bias[o]!;
      for (let k = 0; k < width; k += 1) sum += kernel.at(o, 0, k) * (excitation[n * rate + k - left] ?? 0);
      return sum;
    }),
  );
}

/** PQMF synthesis: bands spread out with zeros, times their number, each through its cosine-modulated Kaiser low-pass, summed. */
function joinBands(bands: Signal): Float64Array {
  const count = bands.length;
  const taps = 62;
  const prototype = Array.from({ length: taps + 1 }, (_, n) => {
    const t = n - taps / 2;
    const ideal = t === 0 ? 0.142 : Math.sin(Math.PI * 0.142 * t) / (Math.PI * t);
    return (ideal * bessel(9 * Math.sqrt(1 - ((2 * n) / taps - 1) ** 2))) / bessel(9);
  });
  const length = bands[0]!.length * count;
  const out = new Float64Array(length);
  bands.forEach((band, k) => {
    const spread = new Float64Array(length);
    band.forEach((value, n) => {
      spread[n * count] = value * count;
    });
    const filter = prototype.map(
      (value, n) =>
        2 * value * Math.cos((2 * k + 1) * (Math.PI / (2 * count)) * (n - taps / 2) - ((-1) ** k * Math.PI) / 4),
    );
    for (let n = 0; n < length; n += 1) {
      for (let j = 0; j <= taps; j += 1) out[n]! += filter[j]! * (spread[n + j - taps / 2] ?? 0);
    }
  });
  return out;
}

/** I₀ by its integral (1/π) ∫ exp(x cos θ) dθ: the trapezoid rule is exact to rounding for a periodic function. */
function bessel(x: number): number {
  const points = 200;
  let sum = 0;
  for (let i = 0; i < points; i += 1) sum += Math.exp(x * Math.cos((2 * Math.PI * i) / points));
  return sum / points;
}

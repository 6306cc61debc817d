import type { Params } from '../params.ts';

/** HiFi-GAN's hyper-parameters, named as `voc/config.yaml` has them under Model.Generator.params. */
export interface GeneratorSettings {
  readonly inChannels: number;
  /** 1, or the number of sub-bands that PQMF joins. */
  readonly outChannels: number;
  readonly channels: number;
  readonly kernelSize: number;
  readonly upsampleScales: readonly number[];
  readonly upsampleKernels: readonly number[];
  readonly resblockKernels: readonly number[];
  readonly resblockDilations: readonly (readonly number[])[];
  readonly repeatUpsample: boolean;
  readonly causal: boolean;
  /** Negative slope of LeakyReLU inside the stages. */
  readonly slope: number;
  readonly nsf: { readonly harmonics: number; readonly samplingRate: number } | undefined;
}

/**
 * How an NSF vocoder's configuration says f0 was normalised; `mean_std` takes its figures from the acoustic model's
 * mvn.npy.
 */
export interface NsfNorm {
  readonly kind: 'mean_std' | 'global';
  readonly minimum: number;
  readonly maximum: number;
}

/** Reads Model.Generator.params, with upstream's defaults for what may be left out. */
export function readGeneratorSettings(params: Params): GeneratorSettings {
  const nsf = params.optional('nsf_params');
  const settings: GeneratorSettings = {
    inChannels: params.integer('in_channels', { default: 80 }),
    outChannels: params.integer('out_channels', { default: 1 }),
    channels: params.integer('channels', { default: 512 }),
    kernelSize: params.integer('kernel_size', { default: 7 }),
    upsampleScales: params.integers('upsample_scales'),
    upsampleKernels: params.integers('upsample_kernal_sizes'),
    resblockKernels: params.integers('resblock_kernel_sizes'),
    resblockDilations: params.lists('resblock_dilations'),
    repeatUpsample: params.flag('repeat_upsample', true),
    causal: params.flag('causal', true),
    slope: readSlope(params),
    nsf:
      nsf === undefined
        ? undefined
        : { harmonics: nsf.integer('nb_harmonics', { min: 0 }), samplingRate: nsf.integer('sampling_rate') },
  };
  if (settings.outChannels !== 1 && settings.outChannels !== 4) {
    throw params.wrong('out_channels', '1, or 4: the sub-bands that PQMF is designed for', settings.outChannels);
  }
  checkShapes(params, settings);
  return settings;
}

/** The norm an acoustic model with NSF was trained with: its own configuration says so. */
export function readNsfNorm(acoustic: Params): NsfNorm {
  const kind = acoustic.text('nsf_norm_type', 'mean_std');
  if (kind !== 'mean_std' && kind !== 'global') throw acoustic.wrong('nsf_norm_type', 'mean_std or global', kind);
  return {
    kind,
    minimum: acoustic.number('nsf_f0_global_minimum', 30),
    maximum: acoustic.number('nsf_f0_global_maximum', 730),
  };
}

function readSlope(params: Params): number {
  const activation = params.text('nonlinear_activation', 'LeakyReLU');
  if (activation !== 'LeakyReLU') throw params.wrong('nonlinear_activation', 'LeakyReLU', activation);
  return params.optional('nonlinear_activation_params')?.number('negative_slope', 0.01) ?? 0.1;
}

function checkShapes(params: Params, settings: GeneratorSettings): void {
  const stages = settings.upsampleScales.length;
  if (settings.upsampleKernels.length !== stages) {
    throw params.wrong('upsample_kernal_sizes', `a list of ${stages}, as upsample_scales`, settings.upsampleKernels);
  }
  if (settings.resblockDilations.length !== settings.resblockKernels.length) {
    throw params.wrong('resblock_dilations', 'one list for each resblock kernel', settings.resblockDilations);
  }
  // Channels halve from stage to stage, rounding down.
  if (settings.channels >> stages === 0) throw params.wrong('channels', `at least ${2 ** stages}`, settings.channels);
  for (const width of [settings.kernelSize, ...settings.resblockKernels]) {
    if (width % 2 === 0) throw params.wrong('kernel_size, resblock_kernel_sizes', 'odd', width);
  }
  settings.upsampleKernels.forEach((width, index) => {
    if (width < settings.upsampleScales[index]!) {
      throw params.wrong('upsample_kernal_sizes', 'at least the scale of its stage', width);
    }
  });
  if (settings.nsf !== undefined && !settings.causal) {
    const rates = settings.upsampleScales.map((_, index) =>
      settings.upsampleScales.slice(index + 1).reduce((product, scale) => product * scale, 1),
    );
    const odd = rates.find((rate) => rate > 1 && rate % 2 === 1);
    if (odd !== undefined)
      throw params.wrong('upsample_scales', 'even products of the later scales (NSF, not causal)', odd);
  }
}

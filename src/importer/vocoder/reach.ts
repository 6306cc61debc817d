import type { GeneratorSettings } from './settings.ts';

/** How many of a stage's input samples, before and after a span, its output over that span depends on. */
export interface StageReach {
  readonly left: number;
  readonly right: number;
}

/**
 * The reach of stage `index`, summed from the end: conv_post and PQMF, the widest chain of residual blocks, the
 * excitation's downsampling, the upsampling kernel, conv_pre. Derived from the configuration, so that windows overlap
 * by just that.
 */
export function stageReach(settings: GeneratorSettings, index: number): StageReach {
  const { causal, kernelSize } = settings;
  const scale = settings.upsampleScales[index]!;
  const last = index === settings.upsampleScales.length - 1;
  let left = 0;
  let right = 0;
  const widen = (span: number) => {
    left += causal ? span : Math.floor(span / 2);
    right += causal ? 0 : Math.ceil(span / 2);
  };
  if (last) {
    if (settings.outChannels > 1) {
      left += Math.ceil(32 / settings.outChannels);
      right += Math.ceil(32 / settings.outChannels);
    }
    widen(kernelSize - 1);
  }
  const chains = settings.resblockKernels.map((width, block) =>
    settings.resblockDilations[block]!.reduce((sum, dilation) => sum + (width - 1) * (dilation + 1), 0),
  );
  // Each convolution's span is even for odd kernels, so halving the sum halves every one of them.
  widen(Math.max(...chains));
  if (settings.nsf !== undefined) {
    left += 2;
    right += causal ? 0 : 1;
  }
  const width = settings.upsampleKernels[index]!;
  const before = causal ? Math.max(width - 1, kernelSize + scale - 2) : Math.max(width, kernelSize + scale);
  const after = causal ? 0 : Math.max(width, kernelSize);
  left = Math.ceil((left + before) / scale);
  right = Math.ceil((right + after) / scale);
  if (index === 0) widen(kernelSize - 1);
  return { left, right };
}

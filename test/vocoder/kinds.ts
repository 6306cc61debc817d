import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { importModel, type Precision } from '../../src/importer/import.ts';
import type { Tree } from '../../src/importer/params.ts';
import { writeRandomModel } from '../voices/random-model.ts';
import { nsf, smallAcoustic, smallVocoder } from '../voices/small-voice.ts';

const pqmf = { out_channels: 4, upsample_scales: [5, 5, 2], upsample_kernal_sizes: [10, 11, 4] };
const scales24 = { upsample_scales: [8, 5, 3, 2], upsample_kernal_sizes: [16, 10, 6, 4] };
const far = {
  resblock_kernel_sizes: [3, 7, 11],
  resblock_dilations: [
    [1, 3, 5, 7],
    [1, 3, 5, 7],
    [1, 3, 5, 7],
  ],
};

/** Vocoders of every kind, by what they are; small. */
export const vocoderKinds: Readonly<Record<string, Tree>> = {
  'not causal': {},
  causal: { causal: true },
  'not causal, reaching far': far,
  'causal, reaching far': { ...far, causal: true },
  'without the repeated path': { repeat_upsample: false },
  'odd kernels': { kernel_size: 5, upsample_kernal_sizes: [21, 8, 5, 3] },
  'four bands': pqmf,
  'four bands, causal': { ...pqmf, causal: true },
  NSF: { nsf_params: nsf },
  'NSF, reaching far': { ...far, nsf_params: nsf },
  'NSF, causal, 24 kHz': { ...far, ...scales24, causal: true, nsf_params: { ...nsf, sampling_rate: 24000 } },
  'NSF, four bands': { ...pqmf, nsf_params: nsf },
  'NSF, four bands, causal': { ...pqmf, nsf_params: nsf, causal: true },
  'five stages': {
    ...far,
    channels: 32,
    upsample_scales: [10, 5, 3, 2, 2],
    upsample_kernal_sizes: [20, 10, 6, 4, 4],
    causal: true,
  },
  wide: { channels: 64 },
  'wide, causal, NSF': { channels: 64, causal: true, nsf_params: nsf },
  'one stage': { upsample_scales: [4], upsample_kernal_sizes: [8] },
};

/** Imports a random voice with that vocoder below `folder`; its package's folder. */
export function importKind(folder: string, kind: string, precision: Precision = 'fp32'): string {
  const vocoder = vocoderKinds[kind]!;
  const base = mkdtempSync(join(folder, 'kind-'));
  writeRandomModel(base, {
    name: 'small',
    acoustic: smallAcoustic('nsf_params' in vocoder ? { NSF: true, num_mels: 22 } : {}),
    vocoder: smallVocoder(vocoder),
    sampleRate: 16000,
    durationSpread: 2,
  });
  const [imported] = importModel(base, {
    out: join(base, 'out'),
    precision,
    ...(precision === 'int8' ? { int8Bound: 30 } : {}),
  });
  return imported!.folder;
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/config/paths.ts';
import type { Tree } from '../../src/importer/params.ts';
import type { VoiceManifest } from '../../src/voice/manifest.ts';
import { temporaryFolder } from '../golden-data.ts';
import type { RandomModel } from '../voices/random-model.ts';
import { nsf, smallAcoustic, smallVocoder } from '../voices/small-voice.ts';
import { compareWithReference, importRandom } from './against-reference.ts';

/** Every kind of voice that KAN-TTS can make, small and random: imported, and then computed a second time by test/reference. */

interface Variant extends Partial<Omit<RandomModel, 'acoustic' | 'vocoder'>> {
  readonly acoustic?: Tree;
  readonly unit?: Tree;
  readonly vocoder?: Tree;
  readonly check?: (manifest: VoiceManifest) => void;
}

const nsfAcoustic = { NSF: true, num_mels: 22 };
const nsf24 = { nsf_params: { nb_harmonics: 7, sampling_rate: 24000 } };
const scales24 = { upsample_scales: [8, 5, 3, 2], upsample_kernal_sizes: [16, 10, 6, 4] };
const scalesPqmf = { out_channels: 4, upsample_scales: [5, 5, 2], upsample_kernal_sizes: [10, 11, 4] };
const global = { nsf_norm_type: 'global', nsf_f0_global_minimum: 30.0, nsf_f0_global_maximum: 730.0 };
const bytes = 'byte_index,emo_category,speaker_category';

const variants: Record<string, Variant> = {
  'not causal': {},
  causal: { vocoder: { causal: true } },
  'causal, by default': { vocoder: { causal: undefined } },
  'without the repeated path': { vocoder: { repeat_upsample: false } },
  'without the repeated path, causal': { vocoder: { repeat_upsample: false, causal: true } },
  'plain weights, weight norm removed': { plainWeights: true },
  'four bands joined by PQMF': { vocoder: scalesPqmf },
  'four bands joined by PQMF, causal': { vocoder: { ...scalesPqmf, causal: true } },
  'NSF, mean and deviation': {
    acoustic: nsfAcoustic,
    vocoder: { nsf_params: nsf },
    check: ({ vocoder, controls }) => {
      assert.deepEqual(vocoder.source!.f0, { scale: 40, offset: 220 });
      assert.deepEqual(controls.pitch, { through: 'f0' });
      assert.equal(controls.seed, true);
    },
  },
  'NSF, global norm, SE': {
    acoustic: { ...nsfAcoustic, ...global, SE: true, speaker_units: 9 },
    vocoder: { nsf_params: { ...nsf, ...global } },
    check: ({ vocoder }) => assert.deepEqual(vocoder.source!.f0, { scale: 700, offset: 30 }),
  },
  'NSF, global norm with other bounds': {
    acoustic: { ...nsfAcoustic, nsf_norm_type: 'global', nsf_f0_global_minimum: 50, nsf_f0_global_maximum: 450 },
    vocoder: { nsf_params: nsf },
    check: ({ vocoder }) => assert.deepEqual(vocoder.source!.f0, { scale: 400, offset: 50 }),
  },
  'NSF, causal, 24 kHz': {
    acoustic: nsfAcoustic,
    vocoder: { ...scales24, ...nsf24, causal: true },
    sampleRate: 24000,
    hop: 240,
    check: ({ vocoder }) => assert.equal(vocoder.source!.samplingRate, 24000),
  },
  'NSF with four bands': { acoustic: nsfAcoustic, vocoder: { ...scalesPqmf, nsf_params: nsf } },
  'NSF with four bands, causal': { acoustic: nsfAcoustic, vocoder: { ...scalesPqmf, nsf_params: nsf, causal: true } },
  'NSF without the repeated path, plain weights, no harmonics': {
    acoustic: nsfAcoustic,
    vocoder: { nsf_params: { ...nsf, nb_harmonics: 0 }, repeat_upsample: false },
    plainWeights: true,
  },
  SE: { acoustic: { SE: true, speaker_units: 192 } },
  '24 kHz': { vocoder: { ...scales24, causal: true }, sampleRate: 24000, hop: 240 },
  '48 kHz': {
    acoustic: { num_mels: 128 },
    vocoder: {
      in_channels: 128,
      channels: 32,
      upsample_scales: [10, 5, 3, 2, 2],
      upsample_kernal_sizes: [20, 10, 6, 4, 4],
      causal: true,
    },
    sampleRate: 48000,
    hop: 600,
  },
  '8 kHz, several speakers': {
    unit: { speaker_list: 'F7,F74,M7,FBYN,FRXL,xiaoyu' },
    vocoder: { upsample_scales: [5, 5, 2, 2], upsample_kernal_sizes: [10, 10, 4, 4], causal: true },
    sampleRate: 8000,
    hop: 100,
    check: ({ speakers }) => assert.deepEqual(speakers, ['F7', 'F74', 'M7', 'FBYN', 'FRXL', 'xiaoyu']),
  },
  'one frame a step': { acoustic: { outputs_per_step: 1 } },
  'two frames a step': { acoustic: { outputs_per_step: 2 } },
  'five frames a step': { acoustic: { outputs_per_step: 5 } },
  'two frames a step, NSF': { acoustic: { ...nsfAcoustic, outputs_per_step: 2 }, vocoder: { nsf_params: nsf } },
  'MAS leftovers, legacy serialisation': {
    acoustic: { MAS: true },
    serialisation: 'legacy',
    extraKeys: {
      'align_attention.key_proj.0.conv.weight': [32, 16, 3],
      'align_attention.key_proj.0.conv.bias': [32],
      'align_attention.query_proj.4.conv.weight': [20, 20, 1],
    },
  },
  'filled pauses': {
    acoustic: { FP: true },
    extraKeys: { 'FP_predictor.w_1.weight': [8, 8, 3], 'FP_predictor.fc.bias': [4] },
    check: ({ filledPauses, ignored }) => {
      assert.deepEqual(filledPauses, { inCheckpoint: true, enabled: false });
      const reasons = ignored.filter(({ key }) => key.startsWith('FP_predictor.')).map(({ reason }) => reason);
      assert.equal(reasons.length, 2);
      assert.match(reasons[0]!, /filled pauses are off/);
    },
  },
  'without the mask symbol': {
    withoutMask: true,
    check: ({ symbols }) => {
      for (const names of Object.values(symbols.tables)) assert.deepEqual(names.slice(-2), ['_', '~']);
    },
  },
  'without the mask symbol, legacy': { withoutMask: true, serialisation: 'legacy' },
  'stored as float16': { stored: 'float16' },
  'stored as float16, legacy': { stored: 'float16', serialisation: 'legacy' },
  'one table of bytes': {
    acoustic: { using_byte: true, MAS: true },
    unit: { lfeat_type_list: bytes },
    check: ({ language, symbols }) => {
      assert.equal(language, 'bytes');
      assert.deepEqual(symbols.fields, ['byte_index', 'emo_category', 'speaker_category']);
      assert.deepEqual(symbols.tables.byte_index!.slice(0, 3), ['0', '1', '2']);
      assert.equal(symbols.tables.byte_index!.length, 259);
    },
  },
  'layers: one of each': {
    durationSpread: 5,
    acoustic: {
      encoder_num_layers: 1,
      predictor_fsmn_num_layers: 1,
      decoder_num_layers: 1,
      postnet_fsmn_num_layers: 1,
      dur_pred_prenet_units: [5],
      decoder_prenet_units: [6],
    },
    vocoder: { resblock_kernel_sizes: [5], resblock_dilations: [[2]] },
  },
  'layers: many': {
    acoustic: {
      encoder_num_layers: 4,
      predictor_fsmn_num_layers: 3,
      decoder_num_layers: 5,
      postnet_fsmn_num_layers: 4,
      dur_pred_prenet_units: [5, 6, 7],
      decoder_prenet_units: [9, 8, 7],
    },
    vocoder: {
      resblock_kernel_sizes: [3, 5, 11],
      resblock_dilations: [[1, 3, 5, 7], [1], [1, 2]],
    },
  },
  'residuals wherever widths agree': {
    acoustic: {
      embedding_dim: 12,
      predictor_num_memory_units: 19,
      postnet_num_memory_units: 20,
    },
  },
  'odd sizes': {
    acoustic: {
      embedding_dim: 22,
      encoder_num_units: 15,
      encoder_num_heads: 2,
      encoder_ffn_inner_dim: 17,
      encoder_projection_units: 9,
      emotion_units: 3,
      speaker_units: 1,
      decoder_num_units: 15,
      decoder_num_heads: 3,
    },
    vocoder: { kernel_size: 5, upsample_kernal_sizes: [21, 8, 5, 3] },
  },
  'odd upsampling kernels, causal': {
    vocoder: { kernel_size: 3, upsample_kernal_sizes: [21, 8, 5, 3], causal: true },
  },
  'channels that do not halve to the end': { vocoder: { channels: 24 } },
  'one head': { acoustic: { encoder_num_heads: 1, decoder_num_heads: 1 } },
  'a shift for each layer': {
    acoustic: { postnet_shift: [4, 1], predictor_shift: [2, 0] },
  },
  'no shift, and memory filters of even width': {
    acoustic: { postnet_shift: 0, postnet_filter_size: 8, predictor_filter_size: 4 },
  },
  'another slope': { vocoder: { nonlinear_activation_params: { negative_slope: 0.2 } } },
  'the slope of LeakyReLU where none is named': { vocoder: { nonlinear_activation_params: {} } },
  'the slope of KAN-TTS where nothing is said of it': { vocoder: { nonlinear_activation_params: undefined } },
};

for (const language of ['Sichuan', 'ZhHK', 'WuuShanghai', 'PinYin']) {
  variants[`language ${language}`] = {
    unit: { language, speaker_list: 'xiaoyue' },
    check: ({ symbols, language: own }) => {
      assert.equal(own, language);
      const original = (file: string) =>
        readFileSync(join(packageRoot, 'test', 'text', 'languages', language, file), 'utf8').replace(/^\uFEFF/, '');
      const phones = [...original('PhoneSet.xml').matchAll(/<name>(.*?)<\/name>/g)].map((match) => match[1]);
      const specials = ['_', '~', '@[MASK]'];
      assert.deepEqual(symbols.tables.sy, [...phones, '#1', '#2', '#3', '#4', ...specials]);
      const tones = original('tonelist.txt').replace(/\n$/, '').split('\n');
      assert.deepEqual(symbols.tables.tone, [...tones.map((tone) => `tone${tone || '_none'}`), ...specials]);
      assert.deepEqual(symbols.tables.speaker_category, ['xiaoyue', ...specials]);
    },
  };
}

suite('a random voice, imported, agrees with the reference written from the words', () => {
  const folder = temporaryFolder();
  for (const [name, variant] of Object.entries(variants)) {
    test(name, () => {
      const { acoustic, unit, vocoder, check, ...rest } = variant;
      const model: RandomModel = {
        name: 'small',
        sampleRate: 16000,
        hop: 200,
        durationSpread: 3,
        ...rest,
        acoustic: smallAcoustic(acoustic, unit),
        vocoder: smallVocoder(vocoder),
      };
      const imported = importRandom(folder, model);
      try {
        compareWithReference(imported, model);
        assert.equal(imported.voice.manifest.sampleRate, model.sampleRate);
        assert.equal(imported.voice.manifest.vocoder.hop, model.hop);
        check?.(imported.voice.manifest);
      } finally {
        imported.voice.close();
      }
    });
  }
});

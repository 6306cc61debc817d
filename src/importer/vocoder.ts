import { basename } from 'node:path';
import { GraphBuilder, type WeightPrecision } from '../onnx/graph.ts';
import type { LazyTensor } from '../torch/checkpoint.ts';
import type { VocoderSpec } from '../vocoder/model.ts';
import type { F0Scale } from './acoustic.ts';
import { CheckpointWeights } from './checkpoint-weights.ts';
import type { VoiceFiles } from './layout.ts';
import { Params, readTree, type Tree } from './params.ts';
import { type Ignored, problem } from './problem.ts';
import type { StreamState } from './stream.ts';
import { stageGraph } from './vocoder/graph.ts';
import { readKernel } from './vocoder/kernel.ts';
import { stageReach } from './vocoder/reach.ts';
import { type GeneratorSettings, readGeneratorSettings } from './vocoder/settings.ts';
import { readUpsampling } from './vocoder/stages.ts';
import { upsamplingLag } from './vocoder/streamed.ts';
import type { Weights } from './weights.ts';

export interface ImportedVocoder {
  readonly settings: GeneratorSettings;
  readonly spec: VocoderSpec;
  readonly models: readonly Uint8Array[];
  readonly config: Tree;
  readonly ignored: readonly Ignored[];
}

/** Keys of a HiFi-GAN checkpoint that inference has no use for. */
const leftOverRules = [{ pattern: /^pqmf\./, reason: 'the filters of the sub-bands are computed' }];

/** `f0` is the acoustic model's: it must be there exactly when the vocoder has a source. */
export function importVocoder(
  files: VoiceFiles,
  tensors: ReadonlyMap<string, LazyTensor>,
  f0: F0Scale | undefined,
  precision: WeightPrecision,
): ImportedVocoder {
  const config = readTree(files.vocoderConfig, 'voc/config.yaml');
  const params = Params.at(config, ['Model', 'Generator', 'params'], 'voc/config.yaml');
  const settings = readGeneratorSettings(params);
  if (settings.nsf !== undefined && f0 === undefined) {
    throw problem('the vocoder has nsf_params and the acoustic model no NSF: true; they do not belong together');
  }
  if (settings.nsf === undefined && f0 !== undefined) {
    throw problem('the acoustic model has NSF: true and the vocoder no nsf_params; they do not belong together');
  }
  const weights = new CheckpointWeights(tensors, basename(files.vocoderCheckpoint));
  const built = vocoderStages(weights, settings, precision);
  const spec = vocoderSpec(weights, settings, built, f0);
  return {
    settings,
    spec,
    models: built.map(({ model }) => model),
    config,
    ignored: [...params.leftOver(paramReason), ...weights.leftOver(leftOverRules)],
  };
}

export interface BuiltStage {
  readonly model: Uint8Array;
  readonly states: readonly StreamState[];
}

/** One graph a stage. */
export function vocoderStages(weights: Weights, settings: GeneratorSettings, precision: WeightPrecision): BuiltStage[] {
  return settings.upsampleScales.map((_, index) => {
    const graph = new GraphBuilder(`hifigan_stage_${index}`, precision);
    const states = stageGraph(graph, weights, settings, index);
    return { model: graph.model(), states };
  });
}

export function vocoderSpec(
  weights: Weights,
  settings: GeneratorSettings,
  built: readonly BuiltStage[],
  f0: F0Scale | undefined,
): VocoderSpec {
  const hop = settings.upsampleScales.reduce((product, scale) => product * scale, settings.outChannels);
  return {
    mels: settings.inChannels,
    hop,
    causal: settings.causal,
    bands: settings.outChannels,
    stages: settings.upsampleScales.map((scale, index) => ({
      channels: index === 0 ? settings.inChannels : settings.channels >> index,
      scale,
      ...stageReach(settings, index),
      states: built[index]!.states.map(({ name, dims }) => ({ name, dims: [...dims] })),
      lag: upsamplingLag(settings, index, readUpsampling(weights, settings, index)),
    })),
    source: settings.nsf && f0 && readSource(weights, settings.nsf, f0),
  };
}

function readSource(weights: Weights, nsf: NonNullable<GeneratorSettings['nsf']>, f0: F0Scale) {
  const mix = readKernel(weights, 'source_module.ffn.0', [1, nsf.harmonics + 1, 1], 1);
  return { samplingRate: nsf.samplingRate, weights: Array.from(mix.data), bias: mix.bias[0]!, f0 };
}

function paramReason(key: string): string {
  if (key === 'bias') return 'every layer of the published network has one';
  if (key === 'use_weight_norm') return 'told from the keys of the checkpoint';
  return 'not a parameter of the network at inference';
}

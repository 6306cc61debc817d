import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { sinusoids } from '../acoustic/encode.ts';
import type { AcousticSpec } from '../acoustic/model.ts';
import { decodeNpy } from '../npy.ts';
import { GraphBuilder, type WeightPrecision } from '../onnx/graph.ts';
import type { LazyTensor } from '../torch/checkpoint.ts';
import { CheckpointWeights } from './checkpoint-weights.ts';
import type { VoiceFiles } from './layout.ts';
import { Params, readTree } from './params.ts';
import { type Ignored, problem } from './problem.ts';
import { memoryGraph, stepGraph } from './sambert/decoder.ts';
import { encoderGraph, type TableSizes } from './sambert/graph.ts';
import { memoryReach } from './sambert/layers.ts';
import { postnetGraph } from './sambert/postnet.ts';
import { readSambertSettings, type SambertSettings } from './sambert/settings.ts';
import type { StreamState } from './stream.ts';
import { readSymbols, type SymbolTables } from './symbols.ts';
import { type NsfNorm, readNsfNorm } from './vocoder/settings.ts';
import type { Weights } from './weights.ts';

const NEUTRAL = 'emotion_neutral';

/** How f0's column becomes Hz: column · scale + offset. */
export interface F0Scale {
  readonly scale: number;
  readonly offset: number;
}

export interface ImportedAcoustic {
  readonly settings: SambertSettings;
  readonly spec: AcousticSpec;
  readonly symbols: SymbolTables;
  /** Of an NSF voice. */
  readonly f0: F0Scale | undefined;
  readonly models: readonly Uint8Array[];
  readonly ignored: readonly Ignored[];
}

/** Keys of a Sambert checkpoint that inference has no use for. */
const leftOverRules = [
  { pattern: /^align_attention\./, reason: 'aligns text and speech while training (MAS)' },
  {
    pattern: /^FP_predictor\./,
    reason: 'filled pauses are off: they would insert 嗯 and 啊 that the text does not have',
  },
  { pattern: /^text_encoder\.ling_enc\.position_enc\.position_enc$/, reason: 'sinusoids are computed, for any length' },
];
/** Of a voice whose speaker is se.npy. */
const speakerRule = { pattern: /^spk_tokenizer\./, reason: 'se.npy takes its place' };

export function importAcoustic(
  files: VoiceFiles,
  tensors: ReadonlyMap<string, LazyTensor>,
  precision: WeightPrecision,
): ImportedAcoustic {
  const config = readTree(files.acousticConfig, 'am/config.yaml');
  const params = Params.at(config, ['Model', 'KanTtsSAMBERT', 'params'], 'am/config.yaml');
  const settings = readSambertSettings(params);
  const weights = new CheckpointWeights(tensors, basename(files.acousticCheckpoint));
  const symbols = readSymbols(config, weights, settings);
  const norm = params.flag('NSF', false) ? readNsfNorm(params) : undefined;
  const speaker = settings.speakerEmbedding ? readSpeakerEmbedding(files, settings) : undefined;
  checkPositions(weights, settings);
  const neutral = symbols.tables.emo_category!.indexOf(NEUTRAL);
  const { models, postnet } = acousticModels(weights, settings, symbols.sizes, neutral, speaker, precision);
  const spec = acousticSpec(weights, settings, postnet);
  const rules = settings.speakerEmbedding ? [...leftOverRules, speakerRule] : leftOverRules;
  return {
    settings,
    spec,
    symbols,
    f0: norm && readF0Scale(norm, files),
    models,
    ignored: [...params.leftOver(paramReason), ...weights.leftOver(rules)],
  };
}

/** The four graphs, in the order of `acousticFiles`. */
export function acousticModels(
  weights: Weights,
  settings: SambertSettings,
  sizes: TableSizes,
  neutral: number,
  speaker: Float32Array | undefined,
  precision: WeightPrecision,
): { readonly models: Uint8Array[]; readonly postnet: readonly StreamState[] } {
  const build = (name: string, fill: (graph: GraphBuilder) => void) => {
    const graph = new GraphBuilder(name, precision);
    fill(graph);
    return graph.model();
  };
  let postnet: readonly StreamState[] = [];
  const models = [
    build('sambert_encoder', (graph) => encoderGraph(graph, weights, settings, sizes, neutral, speaker)),
    build('sambert_memory', (graph) => memoryGraph(graph, weights, settings)),
    build('sambert_step', (graph) => stepGraph(graph, weights, settings)),
    build('sambert_postnet', (graph) => {
      postnet = postnetGraph(graph, weights, settings);
    }),
  ];
  return { models, postnet };
}

export function acousticSpec(
  weights: Weights,
  settings: SambertSettings,
  postnet: readonly StreamState[],
): AcousticSpec {
  const timescales = weights.take('variance_adaptor.dur_position_encoder.inv_timescales', [settings.projectionUnits]);
  const lookAhead = settings.postnetShift.reduce(
    (sum, shift) => sum + memoryReach(settings.postnetFilter, shift).future,
    0,
  );
  return {
    embeddingDim: settings.embeddingDim,
    projectionUnits: settings.projectionUnits,
    speakerUnits: settings.speakerUnits,
    emotionUnits: settings.emotionUnits,
    outputsPerStep: settings.outputsPerStep,
    mels: settings.mels,
    decoder: {
      layers: settings.decoderLayers,
      heads: settings.decoderHeads,
      headWidth: settings.decoderUnits / settings.decoderHeads,
    },
    durationTimescales: Array.from(timescales),
    postnet: { lookAhead, states: postnet.map(({ name, dims }) => ({ name, dims: [...dims] })) },
  };
}

/** The stored table must be the sinusoids that we compute; one that was trained would need to be kept. */
function checkPositions(weights: CheckpointWeights, settings: SambertSettings): void {
  const key = 'text_encoder.ling_enc.position_enc.position_enc';
  if (!weights.has(key)) return;
  const [one, rows, width] = weights.shapeOf(key, 3) as [number, number, number];
  if (one !== 1 || width !== settings.embeddingDim) {
    throw problem(`${key} has shape [${one}, ${rows}, ${width}], expected [1, max_len, ${settings.embeddingDim}]`);
  }
  const stored = weights.take(key, [1, rows, width]);
  const computed = sinusoids(rows, width);
  const off = stored.findIndex((value, index) => Math.abs(value - computed[index]!) > 2e-3);
  if (off >= 0)
    throw problem(`${key} is not the sinusoidal table: ${stored[off]} at position ${off}, expected ${computed[off]}`);
}

function readSpeakerEmbedding(files: VoiceFiles, settings: SambertSettings): Float32Array {
  if (!existsSync(files.speakerEmbedding)) throw problem(`voice ${files.name} has SE: true and no am/se.npy`);
  const { shape, data } = decodeNpy(readFileSync(files.speakerEmbedding), 'am/se.npy');
  if (data.length !== settings.speakerUnits || shape.at(-1) !== settings.speakerUnits) {
    throw problem(`am/se.npy has shape [${shape}], expected [1, ${settings.speakerUnits}]`);
  }
  return data;
}

function readF0Scale(norm: NsfNorm, files: VoiceFiles): F0Scale {
  if (norm.kind === 'global') return { scale: norm.maximum - norm.minimum, offset: norm.minimum };
  if (!existsSync(files.pitchNorm)) throw problem(`voice ${files.name} is an NSF voice and has no am/mvn.npy`);
  const { shape, data } = decodeNpy(readFileSync(files.pitchNorm), 'am/mvn.npy');
  if (data.length !== 2)
    throw problem(`am/mvn.npy has shape [${shape}], expected [2, 1]: mean and deviation of f0 in Hz`);
  return { scale: data[1]!, offset: data[0]! };
}

function paramReason(key: string): string {
  if (key.includes('dropout')) return 'only training drops out';
  if (key === 'max_len') return 'positions are computed for any length';
  if (key === 'MAS') return 'alignment is only for training';
  return 'not a parameter of the network at inference';
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { fromHalf, toHalf } from '../../src/half.ts';
import type { Tree } from '../../src/importer/params.ts';
import { encodeNpy } from '../../src/npy.ts';
import { inventoryLanguages, loadInventory, specials } from '../../src/text/symbols/inventory.ts';
import { Random } from '../../src/vocoder/random.ts';
import { legacyCheckpoint, tensor, type WrittenStorage, zipCheckpoint } from '../torch/write-checkpoint.ts';
import type { Node, Written } from '../torch/write-pickle.ts';
import { hifiganShapes, type Shapes, sambertShapes, type TableRows } from './shapes.ts';

/**
 * A model in ModelScope's layout with random weights of the shapes a configuration asks for: voices of every kind and
 * size without anyone's checkpoint. Durations come out near seven frames a symbol, as in speech.
 */
export interface RandomModel {
  readonly name: string;
  /** `am/config.yaml` and `voc/config.yaml`. */
  readonly acoustic: Tree;
  readonly vocoder: Tree;
  readonly sampleRate: number;
  readonly hop?: number;
  readonly serialisation?: 'zip' | 'legacy';
  /** Tables without the mask symbol, as older cards have them. */
  readonly withoutMask?: boolean;
  /** Keys that the network does not have, with their shapes. */
  readonly extraKeys?: Readonly<Record<string, readonly number[]>>;
  /** How the checkpoints' tensors are stored. */
  readonly stored?: 'float32' | 'float16';
  /** Convolutions of the vocoder as plain weights, as after remove_weight_norm. */
  readonly plainWeights?: boolean;
  /** How far durations wander from symbol to symbol: the deviation of their last layer's weights, times √fan-in. */
  readonly durationSpread?: number;
  /** Another random voice of the same configuration. */
  readonly seed?: number;
  /** Last word on a state dict before it is written: what a damaged checkpoint is made with. */
  readonly mend?: (part: 'am' | 'voc', state: Map<string, StoredTensor>) => void;
}

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What was written, for who computes the same a second time. */
export interface WrittenModel {
  readonly acoustic: ReadonlyMap<string, StoredTensor>;
  readonly vocoder: ReadonlyMap<string, StoredTensor>;
  readonly speakerEmbedding: Float32Array | undefined;
}

/** Log-duration near which a random voice speaks: about 7 frames. */
const LOG_DURATION = 2.1;

export function writeRandomModel(folder: string, model: RandomModel): WrittenModel {
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const inVoice = (path: string) => join('voices', model.name, path);
  write('configuration.json', JSON.stringify({ model: { sample_rate: model.sampleRate } }));
  write('voices/voices.json', JSON.stringify({ voices: [model.name] }));
  write(inVoice('am/config.yaml'), stringify(model.acoustic));
  write(inVoice('voc/config.yaml'), stringify(model.vocoder));
  const audio = { sampling_rate: model.sampleRate, ...(model.hop === undefined ? {} : { hop_length: model.hop }) };
  write(inVoice('audio_config.yaml'), stringify({ audio_config: audio }));

  const seed = 10 * (model.seed ?? 0);
  const params = at(model.acoustic, 'Model', 'KanTtsSAMBERT', 'params');
  const extra = Object.entries(model.extraKeys ?? {});
  const acoustic = randomState(
    new Map([...sambertShapes(params, tableRows(model)), ...extra]),
    new RandomValues(seed + 1, model.durationSpread),
  );
  settle(acoustic, 'am', model);
  const acousticFile = checkpoint(
    acoustic,
    model,
    (state) =>
      new Map<string, Written>([
        ['model', state],
        ['steps', 10],
      ]),
  );
  write(inVoice('am/ckpt/checkpoint_10.pth'), acousticFile);

  const speakerUnits = params.speaker_units as number;
  const speakerEmbedding = params.SE === true ? new RandomValues(seed + 3).of('se', [1, speakerUnits]) : undefined;
  if (speakerEmbedding !== undefined) {
    write(inVoice('am/se.npy'), encodeNpy({ shape: [1, speakerUnits], data: speakerEmbedding }));
  }
  if (params.NSF === true && (params.nsf_norm_type ?? 'mean_std') === 'mean_std') {
    write(inVoice('am/mvn.npy'), encodeNpy({ shape: [2, 1], data: Float32Array.of(220, 40) }));
  }

  const generator = at(model.vocoder, 'Model', 'Generator', 'params');
  const vocoder = randomState(hifiganShapes(generator, model.plainWeights === true), new RandomValues(seed + 2));
  settle(vocoder, 'voc', model);
  const vocoderFile = checkpoint(vocoder, model, (state) => new Map([['model', new Map([['generator', state]])]]));
  write(inVoice('voc/ckpt/checkpoint_20.pth'), vocoderFile);
  return { acoustic, vocoder, speakerEmbedding };
}

function at(tree: Tree, ...path: string[]): Tree {
  return path.reduce((inside, key) => inside[key] as Tree, tree);
}

function tableRows(model: RandomModel): TableRows {
  const unit = at(model.acoustic, 'linguistic_unit');
  const language = unit.language ?? 'PinYin';
  const inventory = loadInventory(inventoryLanguages.find((name) => name === language)!);
  const special = specials.length - (model.withoutMask ? 1 : 0);
  return {
    sy: inventory.phones.length + special,
    tone: inventory.tones.length + special,
    syllableFlag: inventory.syllableFlags.length + special,
    wordSegment: inventory.wordSegments.length + special,
    bytes: 256 + special,
    emotion: inventory.emotions.length + special,
    speaker: String(unit.speaker_list).split(',').length + special,
  };
}

function randomState(shapes: Shapes, random: RandomValues): Map<string, StoredTensor> {
  return new Map([...shapes].map(([name, shape]) => [name, { shape, data: random.of(name, shape) }]));
}

/** Rounds what will be stored in half, and lets the caller have its word. */
function settle(state: Map<string, StoredTensor>, part: 'am' | 'voc', model: RandomModel): void {
  if (model.stored === 'float16') {
    for (const { data } of state.values()) {
      toHalf(data).forEach((bits, index) => {
        data[index] = fromHalf(bits);
      });
    }
  }
  model.mend?.(part, state);
}

function checkpoint(
  tensors: ReadonlyMap<string, StoredTensor>,
  model: RandomModel,
  wrap: (state: Written) => Written,
): Buffer {
  const storages: WrittenStorage[] = [];
  const state = new Map<string, Node>();
  for (const [name, { shape, data }] of tensors) {
    const half = model.stored === 'float16';
    const numbers = half ? toHalf(data) : data;
    const storage = {
      key: String(storages.length),
      type: half ? 'HalfStorage' : 'FloatStorage',
      bytes: Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength),
      length: data.length,
    };
    storages.push(storage);
    state.set(name, tensor(storage, { shape }));
  }
  return (model.serialisation === 'legacy' ? legacyCheckpoint : zipCheckpoint)(wrap(state), storages);
}

/** Random weights under which signals neither die nor grow. */
class RandomValues {
  private readonly random: Random;
  private readonly durationSpread: number;

  constructor(seed: number, durationSpread = 0.7) {
    this.random = new Random(seed);
    this.durationSpread = durationSpread;
  }

  of(name: string, shape: readonly number[]): Float32Array {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const fill = (deviation: number, mean = 0) =>
      Float32Array.from({ length: size }, () => mean + deviation * this.random.normal());
    const fanIn = shape.slice(1).reduce((product, extent) => product * extent, 1);
    if (name.endsWith('inv_timescales')) {
      return Float32Array.from({ length: size }, (_, i) => 10000 ** ((2 * Math.floor(i / 2)) / size));
    }
    if (name.endsWith('position_enc')) return sinusoids(shape);
    if (name === 'variance_adaptor.duration_predictor.fc.bias') return fill(0, LOG_DURATION);
    if (name === 'variance_adaptor.duration_predictor.fc.weight') return fill(this.durationSpread / Math.sqrt(fanIn));
    if (/(layer_norm|\.ln)\.weight$/.test(name)) return fill(0.05, 1);
    if (name.endsWith('bias')) return fill(0.02);
    if (name.endsWith('weight_g')) return fill(0.05, 0.6);
    return fill(name.includes('_emb.') || name.includes('tokenizer') ? 0.1 : 0.7 / Math.sqrt(fanIn));
  }
}

/** The stored table of positions, `[1, rows, width]`. */
function sinusoids(shape: readonly number[]): Float32Array {
  const width = shape[2]!;
  const half = width / 2;
  return Float32Array.from({ length: shape[1]! * width }, (_, index) => {
    const c = index % width;
    const angle = (Math.floor(index / width) + 1) / 10000 ** ((c % half) / (half - 1));
    return c < half ? Math.sin(angle) : Math.cos(angle);
  });
}

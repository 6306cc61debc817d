import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { sinusoids } from '../../src/acoustic/encode.ts';
import { acousticModels, acousticSpec } from '../../src/importer/acoustic.ts';
import { Params, type Tree } from '../../src/importer/params.ts';
import { readSambertSettings } from '../../src/importer/sambert/settings.ts';
import { readGeneratorSettings } from '../../src/importer/vocoder/settings.ts';
import { vocoderModels, vocoderSpec } from '../../src/importer/vocoder.ts';
import type { Weights } from '../../src/importer/weights.ts';
import { encodeNpy } from '../../src/npy.ts';
import { inventoryLanguages, loadInventory, specials } from '../../src/text/symbols/inventory.ts';
import { Random } from '../../src/vocoder/random.ts';
import { legacyCheckpoint, tensor, type WrittenStorage, zipCheckpoint } from '../torch/write-checkpoint.ts';
import type { Node, Written } from '../torch/write-pickle.ts';

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
}

/** Log-duration near which a random voice speaks: about 7 frames. */
const LOG_DURATION = 2.1;

export function writeRandomModel(folder: string, model: RandomModel): void {
  const base = join(folder, 'voices', model.name);
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
  mkdirSync(base, { recursive: true });

  const params = Params.at(model.acoustic, ['Model', 'KanTtsSAMBERT', 'params'], 'am/config.yaml');
  const settings = readSambertSettings(params);
  const acoustic = new RandomWeights(1);
  acousticSpec(acoustic, settings);
  const sizes = tableSizes(model);
  acousticModels(
    acoustic,
    settings,
    sizes,
    1,
    settings.speakerEmbedding ? new Float32Array(settings.speakerUnits) : undefined,
    'fp32',
  );
  acoustic.keep(
    'text_encoder.ling_enc.position_enc.position_enc',
    [1, 60, settings.embeddingDim],
    sinusoids(60, settings.embeddingDim),
  );
  for (const [key, shape] of Object.entries(model.extraKeys ?? {})) acoustic.take(key, shape);
  write(
    inVoice('am/ckpt/checkpoint_10.pth'),
    checkpoint(
      acoustic.taken,
      model,
      (state) =>
        new Map([
          ['model', state],
          ['steps', 10],
        ]),
    ),
  );
  if (settings.speakerEmbedding) {
    const se = new RandomWeights(3).take('se', [1, settings.speakerUnits]);
    write(inVoice('am/se.npy'), encodeNpy({ shape: [1, settings.speakerUnits], data: se }));
  }
  if (params.flag('NSF', false)) {
    write(inVoice('am/mvn.npy'), encodeNpy({ shape: [2, 1], data: Float32Array.of(220, 40) }));
  }

  const generator = readGeneratorSettings(
    Params.at(model.vocoder, ['Model', 'Generator', 'params'], 'voc/config.yaml'),
  );
  const vocoder = new RandomWeights(2);
  vocoderSpec(vocoder, generator, { scale: 1, offset: 0 });
  vocoderModels(vocoder, generator, 'fp32');
  write(
    inVoice('voc/ckpt/checkpoint_20.pth'),
    checkpoint(vocoder.taken, model, (state) => new Map([['model', new Map([['generator', state]])]])),
  );
}

function tableSizes(model: RandomModel) {
  const unit = Params.at(model.acoustic, ['linguistic_unit'], 'am/config.yaml');
  const language = unit.text('language', 'PinYin');
  const inventory = loadInventory(inventoryLanguages.find((name) => name === language)!);
  const special = specials.length - (model.withoutMask ? 1 : 0);
  return {
    sy: inventory.phones.length + special,
    tone: inventory.tones.length + special,
    syllableFlag: inventory.syllableFlags.length + special,
    wordSegment: inventory.wordSegments.length + special,
    bytes: 256 + special,
    emotion: inventory.emotions.length + special,
    speaker: unit.text('speaker_list').split(',').length + special,
  };
}

function checkpoint(
  taken: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
  model: RandomModel,
  wrap: (state: Written) => Written,
): Buffer {
  const storages: WrittenStorage[] = [];
  const state = new Map<string, Node>();
  for (const [name, { shape, data }] of taken) {
    const storage = {
      key: String(storages.length),
      type: 'FloatStorage',
      bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      length: data.length,
    };
    storages.push(storage);
    state.set(name, tensor(storage, { shape }));
  }
  return (model.serialisation === 'legacy' ? legacyCheckpoint : zipCheckpoint)(wrap(state), storages);
}

/** Random weights of any shape asked for, remembered so that a checkpoint can be written. Weight norm is on. */
class RandomWeights implements Weights {
  readonly taken = new Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>();
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  has(): boolean {
    return false;
  }

  keep(name: string, shape: readonly number[], data: Float32Array): void {
    this.taken.set(name, { shape, data });
  }

  take(name: string, shape: readonly number[]): Float32Array {
    const known = this.taken.get(name);
    if (known !== undefined) return known.data.slice();
    const size = shape.reduce((product, extent) => product * extent, 1);
    const data = this.values(name, shape, size);
    this.keep(name, shape, data);
    return data.slice();
  }

  private values(name: string, shape: readonly number[], size: number): Float32Array {
    const fill = (deviation: number, mean = 0) =>
      Float32Array.from({ length: size }, () => mean + deviation * this.random.normal());
    if (name.endsWith('inv_timescales'))
      return Float32Array.from({ length: size }, (_, i) => 10000 ** ((2 * Math.floor(i / 2)) / size));
    if (name === 'variance_adaptor.duration_predictor.fc.bias') return fill(0, LOG_DURATION);
    if (/(layer_norm|\.ln)\.weight$/.test(name)) return fill(0.05, 1);
    if (name.endsWith('bias')) return fill(0.02);
    if (name.endsWith('weight_g')) return fill(0.05, 0.6);
    const fanIn = shape.slice(1).reduce((product, extent) => product * extent, 1);
    return fill(name.includes('_emb.') || name.includes('tokenizer') ? 0.1 : 0.7 / Math.sqrt(fanIn));
  }
}

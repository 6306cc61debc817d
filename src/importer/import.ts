import { basename, resolve } from 'node:path';
import type { WeightPrecision } from '../onnx/graph.ts';
import { type Checkpoint, openCheckpoint } from '../torch/checkpoint.ts';
import { acousticFiles, SCHEMA_VERSION, vocoderFile } from '../voice/manifest.ts';
import { isPackageFolder } from '../voice/package-folder.ts';
import { type ImportedAcoustic, importAcoustic } from './acoustic.ts';
import { modelCard } from './card.ts';
import { quantiseImported, quantisePackage } from './int8/package.ts';
import { DEFAULT_INT8_BOUND } from './int8/quantise.ts';
import { checkName, numberAt, type VoiceFiles, withVoices } from './layout.ts';
import { type PackageContents, writePackage } from './package.ts';
import { readTree } from './params.ts';
import { type Ignored, problem } from './problem.ts';
import { selfTest } from './self-test.ts';
import { type ImportedVocoder, importVocoder } from './vocoder.ts';
import type { VoiceCard } from './voice-card.ts';

export interface ImportOptions {
  readonly out: string;
  /** Only this voice of the model; with a model of one voice, the name to give it. */
  readonly voice?: string | undefined;
  readonly precision: Precision;
  /** Median log-mel distance to float32 that an int8 vocoder must keep, in dB. */
  readonly int8Bound?: number | undefined;
  readonly card?: VoiceCard | undefined;
  readonly onProgress?: (message: string) => void;
}

/** `int8` computes in it too, where the vocoder stays close enough to float32; the rest is stored as fp16. */
export type Precision = WeightPrecision | 'int8';

export interface ImportedVoice {
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  readonly ignored: readonly Ignored[];
  /** Of an int8 voice: which layers, and how far from float32. */
  readonly int8?: PackageContents['manifest']['int8'];
}

/**
 * Where a voice without NSF has no figure for its pitch, the predictor's values are taken to have this ratio of mean to
 * deviation, in Hz: about what Mandarin speakers have. `voice.json` says so.
 */
const ASSUMED_MEAN_OVER_DEVIATION = 4.5;

/**
 * Imports a ModelScope model: one package for each voice asked for. A package of ours may be made int8 in the same way.
 * Throws `import_failed`, `checkpoint_invalid`, `checkpoint_forbidden` or, of a package, `voice_broken`.
 */
export function importModel(folder: string, options: ImportOptions): ImportedVoice[] {
  checkPrecision(options);
  if (isPackageFolder(folder)) return [requantise(folder, options)];
  return withVoices(folder, (found) => choose(found, options.voice).map((chosen) => importVoice(chosen, options)));
}

interface Chosen {
  readonly files: VoiceFiles;
  readonly name: string;
}

function importVoice({ files, name }: Chosen, options: ImportOptions): ImportedVoice {
  options.onProgress?.(`${name}: reading`);
  const { precision } = options;
  const read = readVoice({ ...files, name }, precision === 'int8' ? 'fp16' : precision, options.card);
  const voice = precision === 'int8' ? quantiseImported(read, boundOf(options), options.onProgress) : read;
  return write(voice, options);
}

/** A float32 or fp16 package as int8, beside it or elsewhere: it cannot be turned back. */
function requantise(folder: string, options: ImportOptions): ImportedVoice {
  const name = options.voice ?? basename(resolve(folder));
  checkName(name);
  if (options.precision !== 'int8')
    throw problem(`${folder} is a package already; only --precision int8 makes another of it`);
  if (options.card !== undefined) throw problem(`${folder} is a package and keeps its own card`);
  if (resolve(folder) === resolve(options.out, name)) {
    throw problem(
      `the int8 package would take the place of ${folder}; give another --out, or another name with --voice`,
    );
  }
  return write(quantisePackage(folder, boundOf(options), options.onProgress, name), options);
}

function write(voice: PackageContents, options: ImportOptions): ImportedVoice {
  const { name, ignored, int8 } = voice.manifest;
  options.onProgress?.(`${name}: writing and trying it out`);
  const target = writePackage(options.out, voice, selfTest);
  const bytes = [...voice.files.values()].reduce((sum, file) => sum + file.length, 0);
  return { name, folder: target, bytes, ignored, ...(int8 === undefined ? {} : { int8 }) };
}

function checkPrecision({ precision, int8Bound }: ImportOptions): void {
  if (int8Bound === undefined) return;
  if (precision !== 'int8') throw problem('--int8-bound goes with --precision int8');
  if (!(int8Bound > 0)) throw problem(`--int8-bound should be dB above 0, got ${int8Bound}`);
}

function boundOf({ int8Bound }: ImportOptions): number {
  return int8Bound ?? DEFAULT_INT8_BOUND;
}

function choose(found: readonly VoiceFiles[], wanted: string | undefined): Chosen[] {
  if (wanted === undefined) return found.map((files) => ({ files, name: files.name }));
  checkName(wanted);
  const named = found.find((files) => files.name === wanted);
  if (named !== undefined) return [{ files: named, name: wanted }];
  if (found.length === 1) return [{ files: found[0]!, name: wanted }];
  throw problem(`there is no voice ${wanted} in it; it has ${found.map((files) => files.name).join(', ')}`);
}

function readVoice(files: VoiceFiles, precision: WeightPrecision, card: VoiceCard | undefined): PackageContents {
  checkName(files.name);
  const acoustic = withCheckpoint(files.acousticCheckpoint, (checkpoint) =>
    importAcoustic(files, checkpoint.stateDict('model'), precision),
  );
  const vocoder = withCheckpoint(files.vocoderCheckpoint, (checkpoint) =>
    importVocoder(files, checkpoint.stateDict('model', 'generator'), acoustic.f0, precision),
  );
  checkTogether(acoustic, vocoder);
  const graphs = new Map<string, Uint8Array>();
  for (const [index, model] of acoustic.models.entries()) graphs.set(acousticFiles[index]!, model);
  for (const [index, model] of vocoder.models.entries()) graphs.set(vocoderFile(index), model);
  const manifest: PackageContents['manifest'] = {
    schema: SCHEMA_VERSION,
    name: files.name,
    language: acoustic.symbols.language,
    sampleRate: readSampleRate(files, vocoder),
    speakers: [...acoustic.symbols.speakers],
    emotions: chooseEmotions(acoustic, card?.emotions),
    description: card?.description ?? '',
    licence: card?.licence ?? '',
    credit: card?.credit ?? '',
    precision,
    symbols: {
      fields: [...acoustic.symbols.fields],
      tables: Object.fromEntries(Object.entries(acoustic.symbols.tables).map(([field, names]) => [field, [...names]])),
    },
    acoustic: structuredClone(acoustic.spec) as PackageContents['manifest']['acoustic'],
    vocoder: JSON.parse(JSON.stringify(vocoder.spec)) as PackageContents['manifest']['vocoder'],
    controls: {
      rate: 'durations',
      pitch:
        acoustic.f0 === undefined
          ? { through: 'predictor', meanOverDeviation: ASSUMED_MEAN_OVER_DEVIATION }
          : { through: 'f0' },
      emotion: true,
      seed: acoustic.f0 !== undefined,
    },
    filledPauses: { inCheckpoint: acoustic.settings.filledPauses, enabled: false },
    origin: { acoustic: basename(files.acousticCheckpoint), vocoder: basename(files.vocoderCheckpoint) },
    ignored: [...acoustic.ignored, ...vocoder.ignored],
  };
  graphs.set('README.md', new TextEncoder().encode(modelCard(manifest)));
  return { manifest, files: graphs };
}

function withCheckpoint<Result>(path: string, read: (checkpoint: Checkpoint) => Result): Result {
  const checkpoint = openCheckpoint(path);
  try {
    return read(checkpoint);
  } finally {
    checkpoint.close();
  }
}

function checkTogether(acoustic: ImportedAcoustic, vocoder: ImportedVocoder): void {
  const mel = acoustic.spec.mels - (acoustic.f0 === undefined ? 0 : 2);
  if (mel !== vocoder.spec.mels) {
    throw problem(`the acoustic model yields ${mel} mel columns and the vocoder takes ${vocoder.spec.mels}`);
  }
}

function chooseEmotions(acoustic: ImportedAcoustic, wanted: readonly string[] | undefined): string[] {
  const table = acoustic.symbols.tables
    .emo_category!.filter((name) => name.startsWith('emotion_'))
    .map((name) => name.slice('emotion_'.length))
    .filter((name) => name !== 'none' && !name.startsWith('placeholder'));
  if (wanted?.length === 0) throw problem(`the card names no emotion; the voice's table has ${table.join(', ')}`);
  const unknown = wanted?.find((name) => !table.includes(name));
  if (unknown !== undefined) throw problem(`there is no emotion ${unknown}; the voice's table has ${table.join(', ')}`);
  return wanted === undefined ? table : table.filter((name) => wanted.includes(name));
}

/**
 * The voice's own audio_config.yaml, the vocoder's copy of it and the model's card must agree where they speak of it.
 */
function readSampleRate(files: VoiceFiles, vocoder: ImportedVocoder): number {
  const own = files.audioConfig === undefined ? undefined : readTree(files.audioConfig, 'audio_config.yaml');
  const said = [
    ['audio_config.yaml sampling_rate', numberAt(own, ['audio_config', 'sampling_rate'])],
    ['voc/config.yaml audio_config.sampling_rate', numberAt(vocoder.config, ['audio_config', 'sampling_rate'])],
    ['configuration.json model.sample_rate', numberAt(files.card, ['model', 'sample_rate'])],
  ] as const;
  const rates = said.filter((entry): entry is readonly [(typeof said)[number][0], number] => entry[1] !== undefined);
  const [first] = rates;
  if (first === undefined)
    throw problem(`voice ${files.name} says its sampling rate nowhere: audio_config.yaml is missing`);
  const other = rates.find(([, rate]) => rate !== first[1]);
  if (other !== undefined) throw problem(`${first[0]} is ${first[1]} and ${other[0]} is ${other[1]}`);
  for (const [label, tree] of [
    ['audio_config.yaml', own],
    ['voc/config.yaml', vocoder.config],
  ] as const) {
    const hop = numberAt(tree, ['audio_config', 'hop_length']);
    if (hop !== undefined && hop !== vocoder.spec.hop) {
      throw problem(`${label} has hop_length ${hop} and the vocoder's scales make ${vocoder.spec.hop}`);
    }
  }
  return first[1];
}

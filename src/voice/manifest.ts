import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { LangduError } from '../errors.ts';
import { MANIFEST_FILE } from './package-folder.ts';

/** `voice.json`: everything about a voice that is not a graph. The schema is the type and the check in one. */

export const SCHEMA_VERSION = 1;

const count = Type.Integer({ minimum: 0 });
const names = Type.Array(Type.String());

const symbols = Type.Object({
  /** Fields of a token, in order: the six of a phone line, or `byte_index` in place of the first four. */
  fields: names,
  /** For each field its names; an id is a position. */
  tables: Type.Record(Type.String(), names),
});

/** What a streaming graph keeps from run to run, and the zeros it starts as. */
const states = Type.Array(Type.Object({ name: Type.String(), dims: Type.Array(count) }));

const acoustic = Type.Object({
  embeddingDim: count,
  projectionUnits: count,
  speakerUnits: count,
  emotionUnits: count,
  outputsPerStep: count,
  mels: count,
  decoder: Type.Object({ layers: count, heads: count, headWidth: count }),
  durationTimescales: Type.Array(Type.Number()),
  postnet: Type.Object({ lookAhead: count, states }),
});

const vocoder = Type.Object({
  mels: count,
  hop: count,
  bands: count,
  causal: Type.Boolean(),
  stages: Type.Array(Type.Object({ channels: count, scale: count, left: count, right: count, states, lag: count }), {
    minItems: 1,
  }),
  source: Type.Optional(
    Type.Object({
      samplingRate: count,
      weights: Type.Array(Type.Number()),
      bias: Type.Number(),
      f0: Type.Object({ scale: Type.Number(), offset: Type.Number() }),
    }),
  ),
});

/** How an int8 vocoder was made: convolutions of each stage by their order in its graph, and what that costs. */
const int8 = Type.Object({
  /** Median log-mel distance to float32 that was allowed, and what was measured. dB */
  bound: Type.Number(),
  median: Type.Number(),
  p95: Type.Number(),
  stages: Type.Array(Type.Object({ int8: Type.Array(count), fp32: Type.Array(count) })),
});

const manifest = Type.Object({
  schema: Type.Literal(SCHEMA_VERSION),
  name: Type.String({ minLength: 1 }),
  language: Type.String(),
  sampleRate: Type.Integer({ minimum: 1 }),
  speakers: Type.Array(Type.String(), { minItems: 1 }),
  /** Categories the voice was trained for, without the `emotion_` prefix. */
  emotions: Type.Array(Type.String(), { minItems: 1 }),
  description: Type.String(),
  licence: Type.String(),
  credit: Type.String(),
  /** How weights are stored; `int8`: those of the vocoder's convolutions that `int8` lists, which compute in it too. */
  precision: Type.Union([Type.Literal('fp32'), Type.Literal('fp16'), Type.Literal('int8')]),
  symbols,
  acoustic,
  vocoder,
  controls: Type.Object({
    rate: Type.Literal('durations'),
    /** `f0`: Hz on the way into the vocoder. `predictor`: the predicted pitch, whose mean over deviation is taken to be as given. */
    pitch: Type.Union([
      Type.Object({ through: Type.Literal('f0') }),
      Type.Object({ through: Type.Literal('predictor'), meanOverDeviation: Type.Number() }),
    ]),
    emotion: Type.Boolean(),
    seed: Type.Boolean(),
  }),
  int8: Type.Optional(int8),
  filledPauses: Type.Object({ inCheckpoint: Type.Boolean(), enabled: Type.Boolean() }),
  /** Graphs in the order they run: file → SHA-256. */
  files: Type.Record(Type.String(), Type.String()),
  origin: Type.Object({ acoustic: Type.String(), vocoder: Type.String() }),
  ignored: Type.Array(Type.Object({ key: Type.String(), reason: Type.String() })),
});

export type VoiceManifest = Static<typeof manifest>;

export const acousticFiles = ['encoder.onnx', 'memory.onnx', 'step.onnx', 'postnet.onnx'] as const;

export function vocoderFile(stage: number): string {
  return `vocoder-${stage}.onnx`;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads and checks `voice.json` of a package's folder; throws `voice_broken`. */
export function readManifest(folder: string, name: string): VoiceManifest {
  let tree: unknown;
  try {
    tree = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
  } catch (error) {
    throw new LangduError('voice_broken', { voice: name, problem: `${MANIFEST_FILE} cannot be read` }, error);
  }
  // A voice is called what its folder is called: renaming the one renames the other.
  if (Value.Check(manifest, tree)) return { ...tree, name };
  const [first] = Value.Errors(manifest, tree);
  const where = first === undefined ? '' : `${first.path || '/'} ${first.message}`;
  throw new LangduError('voice_broken', { voice: name, problem: `${MANIFEST_FILE}: ${where}` });
}

const hashes = new WeakMap<VoiceManifest, string>();

/** The manifest holds every file's hash, so its own stands for the package, whatever the package is called. */
export function packageHash(manifest: VoiceManifest): string {
  const known = hashes.get(manifest);
  if (known !== undefined) return known;
  const hash = createHash('sha256')
    .update(JSON.stringify({ ...manifest, name: '' }))
    .digest('hex');
  hashes.set(manifest, hash);
  return hash;
}

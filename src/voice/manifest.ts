import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LangduError } from '../errors.ts';
import { MANIFEST_FILE } from './package-folder.ts';
import {
  either,
  flag,
  integer,
  list,
  name,
  number,
  object,
  oneOf,
  optional,
  record,
  type ShapeOf,
  text,
} from './shape.ts';

/** `voice.json`: everything about a voice that is not a graph. The shape is the type and the check in one. */

/** 2: the decoder's step yields the newest row of the past alone. */
export const SCHEMA_VERSION = 2;

const count = integer(0);
const names = list(text);

const symbols = object({
  /** Fields of a token, in order: the six of a phone line, or `byte_index` in place of the first four. */
  fields: names,
  /** For each field its names; an id is a position. */
  tables: record(names),
});

/** What a streaming graph keeps from run to run, and the zeros it starts as. */
const states = list(object({ name: text, dims: list(count) }));

const acoustic = object({
  embeddingDim: count,
  projectionUnits: count,
  speakerUnits: count,
  emotionUnits: count,
  outputsPerStep: count,
  mels: count,
  decoder: object({ layers: count, heads: count, headWidth: count }),
  durationTimescales: list(number),
  postnet: object({ lookAhead: count, states }),
});

const vocoder = object({
  mels: count,
  hop: count,
  bands: count,
  causal: flag,
  stages: list(object({ channels: count, scale: count, left: count, right: count, states, lag: count }), 1),
  source: optional(
    object({
      samplingRate: count,
      weights: list(number),
      bias: number,
      f0: object({ scale: number, offset: number }),
    }),
  ),
});

/** How an int8 vocoder was made: convolutions of each stage by their order in its graph, and what that costs. */
const int8 = object({
  /** Median log-mel distance to float32 that was allowed, and what was measured. dB */
  bound: number,
  median: number,
  p95: number,
  stages: list(object({ int8: list(count), fp32: list(count) })),
});

const manifest = object({
  schema: oneOf(SCHEMA_VERSION),
  name,
  language: text,
  sampleRate: integer(1),
  speakers: list(text, 1),
  /** Categories the voice was trained for, without the `emotion_` prefix. */
  emotions: list(text, 1),
  description: text,
  licence: text,
  credit: text,
  /** How weights are stored; `int8`: those of the vocoder's convolutions that `int8` lists, which compute in it too. */
  precision: oneOf('fp32', 'fp16', 'int8'),
  symbols,
  acoustic,
  vocoder,
  controls: object({
    rate: oneOf('durations'),
    /**
     * `f0`: Hz on the way into the vocoder. `predictor`: the predicted pitch, whose mean over deviation is taken to be
     * as given.
     */
    pitch: either(object({ through: oneOf('f0') }), object({ through: oneOf('predictor'), meanOverDeviation: number })),
    emotion: flag,
    seed: flag,
  }),
  int8: optional(int8),
  filledPauses: object({ inCheckpoint: flag, enabled: flag }),
  /** Graphs in the order they run: file → SHA-256. */
  files: record(text),
  origin: object({ acoustic: text, vocoder: text }),
  ignored: list(object({ key: text, reason: text })),
});

export type VoiceManifest = ShapeOf<typeof manifest>;

export const acousticFiles = ['encoder.onnx', 'memory.onnx', 'step.onnx', 'postnet.onnx'] as const;

export function vocoderFile(stage: number): string {
  return `vocoder-${stage}.onnx`;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads and checks `voice.json` of a package's folder; throws `voice_broken`. */
export function readManifest(folder: string, voice: string): VoiceManifest {
  let tree: unknown;
  try {
    tree = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
  } catch (error) {
    throw new LangduError('voice_broken', { voice, problem: `${MANIFEST_FILE} cannot be read` }, error);
  }
  const problem = otherSchema(tree) ?? manifest(tree, '');
  if (problem !== undefined) {
    throw new LangduError('voice_broken', { voice, problem: `${MANIFEST_FILE}: ${problem}` });
  }
  // A voice is called what its folder is called: renaming the one renames the other.
  return { ...(tree as VoiceManifest), name: voice };
}

function otherSchema(tree: unknown): string | undefined {
  const { schema } = Object(tree) as { schema?: unknown };
  if (typeof schema !== 'number' || schema === SCHEMA_VERSION) return undefined;
  return `/schema is ${schema}, and this version of Langdu reads ${SCHEMA_VERSION}: import the voice again with it`;
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

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isTree, readTree, type Tree } from './params.ts';
import { problem } from './problem.ts';
import { withUnzipped } from './unzip.ts';

/** The files of one voice in a ModelScope model (docs/networks.md §1). */
export interface VoiceFiles {
  readonly name: string;
  readonly acousticConfig: string;
  readonly acousticCheckpoint: string;
  readonly vocoderConfig: string;
  readonly vocoderCheckpoint: string;
  readonly audioConfig: string | undefined;
  readonly speakerEmbedding: string;
  readonly pitchNorm: string;
  /** `configuration.json` of the model, where there is one. */
  readonly card: Tree | undefined;
}

/**
 * Calls `use` with every voice of a model: the whole layout with `voices/voices.json` or `voices.zip`, a `voices`
 * folder, or one voice's own folder. Files of an archive are there for as long as `use` runs.
 */
export function withVoices<Result>(folder: string, use: (voices: VoiceFiles[]) => Result): Result {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) throw problem(`${folder} is not a folder`);
  const cardPath = join(root, 'configuration.json');
  const card = existsSync(cardPath) ? readTree(cardPath, 'configuration.json') : undefined;
  const found = voicesIn(root, card);
  if (found !== undefined) return use(found);
  const archive = join(root, 'voices.zip');
  if (!existsSync(archive))
    throw problem(`${folder} has neither voices/voices.json nor a voice's am/ and voc/ folders`);
  return withUnzipped(archive, (unpacked) => {
    const inside = voicesIn(unpacked, card);
    if (inside === undefined) throw problem(`voices.zip of ${folder} has no voices.json`);
    return use(inside);
  });
}

function voicesIn(root: string, card: Tree | undefined): VoiceFiles[] | undefined {
  for (const base of [join(root, 'voices'), root]) {
    if (existsSync(join(base, 'voices.json'))) {
      return listed(base).map((name) => voiceFiles(join(base, name), name, card));
    }
  }
  return existsSync(join(root, 'am')) ? [voiceFiles(root, basename(root), card)] : undefined;
}

function listed(base: string): string[] {
  const { voices } = readTree(join(base, 'voices.json'), 'voices.json');
  if (!Array.isArray(voices) || voices.length === 0 || !voices.every((name) => typeof name === 'string')) {
    throw problem('voices.json should hold {"voices": [names]}');
  }
  for (const name of voices) checkName(name);
  return [...new Set<string>(voices)];
}

/** A voice's name becomes a folder's: letters of any script, digits, `-` and `_`. */
export function checkName(name: string): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u.test(name)) {
    throw problem(`a voice cannot be called ${JSON.stringify(name)}: use letters, digits, - and _`);
  }
}

function voiceFiles(folder: string, name: string, card: Tree | undefined): VoiceFiles {
  if (!existsSync(folder)) throw problem(`voices.json names ${name}, and there is no such folder`);
  const audioConfig = join(folder, 'audio_config.yaml');
  return {
    name,
    acousticConfig: required(folder, name, 'am/config.yaml'),
    acousticCheckpoint: newestCheckpoint(folder, name, 'am/ckpt'),
    vocoderConfig: required(folder, name, 'voc/config.yaml'),
    vocoderCheckpoint: newestCheckpoint(folder, name, 'voc/ckpt'),
    audioConfig: existsSync(audioConfig) ? audioConfig : undefined,
    speakerEmbedding: join(folder, 'am/se.npy'),
    pitchNorm: join(folder, 'am/mvn.npy'),
    card,
  };
}

function required(folder: string, name: string, file: string): string {
  const path = join(folder, file);
  if (!existsSync(path)) throw problem(`voice ${name} has no ${file}`);
  return path;
}

/** The checkpoint of the highest step. */
function newestCheckpoint(folder: string, name: string, sub: string): string {
  const base = join(folder, sub);
  const found = (existsSync(base) ? readdirSync(base) : [])
    .flatMap((file) => {
      const step = /^checkpoint_(\d+)\.pth$/.exec(file)?.[1];
      return step === undefined ? [] : [{ file, step: Number(step) }];
    })
    .sort((a, b) => b.step - a.step);
  if (found[0] === undefined) throw problem(`voice ${name} has no ${sub}/checkpoint_<steps>.pth`);
  return join(base, found[0].file);
}

/** A number of a nested mapping, or undefined. */
export function numberAt(tree: Tree | undefined, path: readonly string[]): number | undefined {
  let inside: unknown = tree;
  for (const key of path) inside = isTree(inside) ? inside[key] : undefined;
  return typeof inside === 'number' ? inside : undefined;
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { LangduError } from '../errors.ts';
import { MANIFEST_FILE, readManifest, type VoiceManifest } from './manifest.ts';

/** A voice package on disk, not loaded. */
export interface VoicePackage {
  readonly name: string;
  readonly folder: string;
  readonly manifest: VoiceManifest;
}

const STARTER = 'tan';

/** Every package below `folder`, by name; folders without `voice.json`, and those being written, are passed over. */
export function listVoices(folder: string): VoicePackage[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && existsSync(join(folder, entry.name, MANIFEST_FILE)))
    .map((entry) => readPackage(join(folder, entry.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A voice by its name among `folder`'s, or by the path of its package. Throws `voice_unknown` with the names there are. */
export function findVoice(folder: string, wanted: string | undefined): VoicePackage {
  if (wanted !== undefined && existsSync(join(wanted, MANIFEST_FILE))) return readPackage(resolve(wanted));
  const voices = listVoices(folder);
  const name = wanted ?? defaultVoice(voices);
  const found = voices.find((voice) => voice.name === name);
  if (found !== undefined) return found;
  throw new LangduError('voice_unknown', { voice: name ?? '', available: voices.map((voice) => voice.name) });
}

/** The starter voice where it is, else the first. */
export function defaultVoice(voices: readonly { readonly name: string }[]): string | undefined {
  return (voices.find((voice) => voice.name === STARTER) ?? voices[0])?.name;
}

const read = new Map<string, { readonly modified: number; readonly manifest: VoiceManifest }>();

/** A manifest is read and checked once, until its file changes: every request looks its voice up. */
function readPackage(folder: string): VoicePackage {
  const name = basename(folder);
  const modified = statSync(join(folder, MANIFEST_FILE)).mtimeMs;
  const known = read.get(folder);
  if (known?.modified === modified) return { name, folder, manifest: known.manifest };
  const manifest = readManifest(folder, name);
  read.set(folder, { modified, manifest });
  return { name, folder, manifest };
}

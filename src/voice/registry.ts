import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asLangduError, LangduError } from '../errors.ts';
import { readManifest, type VoiceManifest } from './manifest.ts';
import { isPackageFolder, MANIFEST_FILE } from './package-folder.ts';

/** A voice package on disk, not loaded. */
export interface VoicePackage {
  readonly name: string;
  readonly folder: string;
  readonly manifest: VoiceManifest;
}

const STARTER = 'tan';

/**
 * Every package below `folder`, by name; folders without `voice.json`, and those being written, are passed over. So is
 * one that is damaged: `onBroken` hears of it, and the others still speak.
 */
export function listVoices(folder: string, onBroken: (error: LangduError) => void = () => undefined): VoicePackage[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => isPackage(folder, entry.name))
    .flatMap((entry) => {
      try {
        return [readPackage(join(folder, entry.name))];
      } catch (error) {
        onBroken(asLangduError(error));
        return [];
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A voice by its name among `folder`'s, never by a path. Throws `voice_unknown` with the names there are, or
 * `voice_broken`.
 */
export function findVoice(folder: string, wanted: string | undefined): VoicePackage {
  const voices = listVoices(folder);
  const name = wanted ?? defaultVoice(voices);
  const found = voices.find((voice) => voice.name === name);
  if (found !== undefined) return found;
  const named = name !== undefined && !/[/\\]/.test(name) && isPackage(folder, name);
  // It is there and was passed over: reading it again says what is wrong with it.
  if (named) return readPackage(join(folder, name));
  const available = voices.length > 0 ? voices.map((voice) => voice.name) : 'none (langdu import makes them)';
  throw new LangduError('voice_unknown', { voice: name ?? '', available });
}

function isPackage(folder: string, name: string): boolean {
  return !name.startsWith('.') && isPackageFolder(join(folder, name));
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
  for (const file of Object.keys(manifest.files)) {
    if (!existsSync(join(folder, file))) {
      throw new LangduError('voice_broken', { voice: name, problem: `${file} is missing` });
    }
  }
  read.set(folder, { modified, manifest });
  return { name, folder, manifest };
}

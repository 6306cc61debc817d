import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LangduError } from '../errors.ts';
import { sha256, type VoiceManifest } from '../voice/manifest.ts';
import { MANIFEST_FILE } from '../voice/package-folder.ts';

export interface PackageContents {
  readonly manifest: Omit<VoiceManifest, 'files'>;
  /** File name → bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Writes `<out>/<name>/` so that it is either the old package or the new one, whole: everything goes to a folder beside
 * it first, `check` looks at that, and only then do the two change places. What fails leaves nothing behind.
 */
export function writePackage(out: string, voice: PackageContents, check: (folder: string) => void): string {
  const target = join(out, voice.manifest.name);
  // The leading dot keeps a half-written package out of the list of voices.
  const fresh = makeFolder(out, voice.manifest.name);
  try {
    const files: Record<string, string> = {};
    for (const [name, bytes] of voice.files) {
      writeFileSync(join(fresh, name), bytes);
      files[name] = sha256(bytes);
    }
    const manifest: VoiceManifest = { ...voice.manifest, files };
    writeFileSync(join(fresh, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
    check(fresh);
    // A temporary folder is its maker's alone; a package is to be read by whoever serves it.
    chmodSync(fresh, 0o755);
    const old = `${fresh}-old`;
    const replaces = existsSync(target);
    if (replaces) renameSync(target, old);
    try {
      renameSync(fresh, target);
    } catch (error) {
      if (replaces) renameSync(old, target);
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
    return target;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

function makeFolder(out: string, name: string): string {
  try {
    mkdirSync(out, { recursive: true });
    return mkdtempSync(join(out, `.${name}-`));
  } catch (error) {
    throw new LangduError('file_unwritable', { path: out }, error);
  }
}

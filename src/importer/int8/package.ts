import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { readManifest, vocoderFile } from '../../voice/manifest.ts';
import { openVoice } from '../../voice/open.ts';
import { modelCard } from '../card.ts';
import { type PackageContents, writePackage } from '../package.ts';
import { problem } from '../problem.ts';
import { quantiseVocoder } from './quantise.ts';

/**
 * The int8 package of a float32 or fp16 one on disk; everything but the vocoder stays as it is. Throws `voice_broken`
 * for a damaged package, `import_failed` for one that is int8 already.
 */
export function quantisePackage(
  folder: string,
  bound: number,
  onProgress?: (message: string) => void,
  name = basename(resolve(folder)),
): PackageContents {
  const source = readManifest(folder, name);
  if (source.precision === 'int8')
    throw problem(`${folder} is int8 already; import it from its checkpoint or fp32 package`);
  const voice = openVoice(folder, source);
  try {
    const stages = source.vocoder.stages.map((_, index) => readFileSync(join(folder, vocoderFile(index))));
    const { files, record } = quantiseVocoder(voice, stages, bound, onProgress);
    const { files: hashes, ...rest } = source;
    const manifest: PackageContents['manifest'] = { ...rest, precision: 'int8', int8: record };
    const all = Object.keys(hashes).map((file): [string, Uint8Array] => {
      if (file === 'README.md') return [file, new TextEncoder().encode(modelCard(manifest))];
      return [file, files.get(file) ?? readFileSync(join(folder, file))];
    });
    return { manifest, files: new Map(all) };
  } finally {
    voice.close();
  }
}

/** The same for a package that is not on disk yet: a checkpoint becomes int8 by way of its fp16 package. */
export function quantiseImported(
  voice: PackageContents,
  bound: number,
  onProgress?: (message: string) => void,
): PackageContents {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-int8-'));
  try {
    return quantisePackage(
      writePackage(folder, voice, () => undefined),
      bound,
      onProgress,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

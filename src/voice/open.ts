import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AcousticModel, AcousticSpec } from '../acoustic/model.ts';
import { LangduError } from '../errors.ts';
import { Session } from '../inference/session.ts';
import type { VocoderModel } from '../vocoder/model.ts';
import { acousticFiles, packageHash, readManifest, sha256, type VoiceManifest, vocoderFile } from './manifest.ts';
import { MANIFEST_FILE } from './package-folder.ts';

/** A voice, loaded and ready to speak. */
export interface Voice {
  readonly manifest: VoiceManifest;
  /** Of everything in the package: equal hashes speak equal bytes. */
  readonly hash: string;
  readonly acoustic: AcousticModel;
  readonly vocoder: VocoderModel;
  close(): void;
}

/**
 * Opens a package's folder; `threads` are those inside an operator. Throws `voice_broken` when a file is missing or
 * changed.
 */
export function openVoice(folder: string, manifest = readManifest(folder, basename(folder)), threads = 1): Voice {
  const sessions: Session[] = [];
  const load = (file: string) => {
    const session = loadGraph(folder, file, manifest, threads);
    sessions.push(session);
    return session;
  };
  const [encoder, memory, step, postnet] = acousticFiles.map(load) as [Session, Session, Session, Session];
  const stages = manifest.vocoder.stages.map((_, index) => load(vocoderFile(index)));
  return {
    manifest,
    hash: packageHash(manifest),
    acoustic: { spec: manifest.acoustic satisfies AcousticSpec, encoder, memory, step, postnet },
    vocoder: { spec: { ...manifest.vocoder, source: manifest.vocoder.source }, stages },
    close: () => {
      for (const session of sessions) session.close();
    },
  };
}

function loadGraph(folder: string, file: string, manifest: VoiceManifest, threads: number): Session {
  const broken = (problem: string, cause?: unknown) =>
    new LangduError('voice_broken', { voice: manifest.name, problem: `${file} ${problem}` }, cause);
  if (!existsSync(join(folder, file))) throw broken('is missing');
  const bytes = readFileSync(join(folder, file));
  if (sha256(bytes) !== manifest.files[file]) throw broken(`is not the file that ${MANIFEST_FILE} was written for`);
  try {
    return new Session(bytes, { threads });
  } catch (error) {
    throw broken('cannot be loaded', error);
  }
}

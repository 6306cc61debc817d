import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/config/paths.ts';
import { importModel, type Precision } from '../../src/importer/import.ts';
import { writeRandomModel } from '../../test/voices/random-model.ts';

/** A folder with one package, `full`: a voice of the published full size (16 kHz) with random weights. */
export function makeFullSizeVoice(precision: Precision = 'fp32'): {
  readonly folder: string;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'langdu-bench-'));
  const config = (name: string) => parse(readFileSync(join(packageRoot, 'bench/engine/configs', name), 'utf8'));
  writeRandomModel(join(folder, 'model'), {
    name: 'full',
    acoustic: config('sambert_16k.yaml'),
    vocoder: config('hifigan_noncausal_v1_16k.yaml'),
    sampleRate: 16000,
    hop: 200,
  });
  importModel(join(folder, 'model'), { out: join(folder, 'voices'), precision });
  rmSync(join(folder, 'model'), { recursive: true });
  return { folder: join(folder, 'voices'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type ImportedVoice, importModel } from '../../src/importer/import.ts';
import type { Tree } from '../../src/importer/params.ts';
import { Random } from '../../src/vocoder/random.ts';
import { openVoice, type Voice } from '../../src/voice/open.ts';
import { type Trace, trace } from '../../src/voice/trace.ts';
import { largestDifference } from '../golden-data.ts';
import { type HifiganParams, runHifigan } from '../reference/hifigan.ts';
import { runSambert, type SambertParams } from '../reference/sambert.ts';
import { type Rows, State } from '../reference/state.ts';
import { type RandomModel, type WrittenModel, writeRandomModel } from '../voices/random-model.ts';

export interface Imported {
  readonly written: WrittenModel;
  readonly report: ImportedVoice;
  readonly voice: Voice;
}

/** Writes a random model below `folder`, imports it (which runs the self-test) and opens the package. The caller closes the voice. */
export function importRandom(folder: string, model: RandomModel): Imported {
  const base = mkdtempSync(join(folder, 'model-'));
  const written = writeRandomModel(join(base, 'in'), model);
  const [report] = importModel(join(base, 'in'), { out: join(base, 'out'), precision: 'fp32' });
  return { written, report: report!, voice: openVoice(report!.folder) };
}

/** A random line in ids, and the same in tokens: any symbol may stand anywhere. */
export function randomLine(voice: Voice, length: number, seed: number): { ids: number[][]; tokens: string[][] } {
  const random = new Random(seed);
  const { fields, tables } = voice.manifest.symbols;
  const ids = fields.map((field) => {
    const names = tables[field]!;
    // The specials at the end are never spoken; with duplicate names an id is not what its name leads back to.
    const usable = names.flatMap((name, id) =>
      ['_', '~', '@[MASK]'].includes(name) || names.lastIndexOf(name) !== id ? [] : [id],
    );
    return Array.from({ length }, () => usable[Math.floor(random.uniform() * usable.length)]!);
  });
  const tokens = Array.from({ length }, (_, n) => fields.map((field, row) => tables[field]![ids[row]![n]!]!));
  return { ids, tokens };
}

export function paramsOf(tree: Tree, ...path: string[]): Tree {
  return path.reduce((inside, key) => inside[key] as Tree, tree);
}

/** Runs a line through the package and through the reference, whole, and compares what both say at every station. */
export function compareWithReference({ written, voice }: Imported, model: RandomModel, length = 9): Trace {
  const { ids, tokens } = randomLine(voice, length, 77);
  const acoustic = new State(written.acoustic);
  const params = paramsOf(model.acoustic, 'Model', 'KanTtsSAMBERT', 'params') as SambertParams;
  const expected = runSambert(acoustic, params, ids, written.speakerEmbedding);
  const generator = paramsOf(model.vocoder, 'Model', 'Generator', 'params') as unknown as HifiganParams;
  const driven = params.NSF === true;
  const rates = generator.upsample_scales.reduce((product, scale) => product * scale, 1);
  const random = new Random(5);
  const excitation = driven
    ? Float32Array.from({ length: expected.mel.length * rates }, () => 0.2 * random.normal())
    : undefined;
  const mel = driven ? expected.mel.map((row) => row.slice(0, -2)) : expected.mel;
  const vocoder = new State(written.vocoder);
  const wav = runHifigan(vocoder, generator, mel, excitation);

  const got = trace(voice, tokens, excitation);
  assert.deepEqual(Array.from(got.ids.data), ids.flat());
  assert.deepEqual(Array.from(got.duration.data), expected.durations);
  assert.ok(new Set(expected.durations).size > 1, 'durations that differ');
  near('text_hidden', got.text_hidden.data, flat(expected.textHidden), 1e-5);
  near('pitch', got.pitch.data, expected.pitch, 1e-5);
  near('energy', got.energy.data, expected.energy, 1e-5);
  near('log_duration', got.log_duration.data, expected.logDuration, 1e-5);
  near('decoder', got.decoder.data, flat(expected.decoder), 1e-4);
  near('mel', got.mel.data, flat(expected.mel), 1e-4);
  near('wav', got.wav.data, wav, 1e-4);
  assert.ok(deviation(flat(expected.mel)) > 0.02, `a mel that is not flat: ${deviation(flat(expected.mel))}`);
  assert.ok(deviation(wav) > 0.005, `a wav that is not silent: ${deviation(wav)}`);
  // What the checkpoint has and the reference did not want must be what the import says it left out.
  const left = new Set([...acoustic.unread(), ...vocoder.unread()]);
  // The sinusoids are compared by the import itself; the excitation was given.
  for (const key of left) if (/position_enc$|^source_module\./.test(key)) left.delete(key);
  const ignored = voice.manifest.ignored.map(({ key }) => key).filter((key) => !key.includes('config.yaml'));
  assert.deepEqual([...left].sort(), ignored.sort());
  return got;
}

function flat(rows: Rows): number[] {
  return rows.flatMap((row) => [...row]);
}

function near(name: string, got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  const difference = largestDifference(got, wanted);
  assert.ok(difference <= tolerance, `${name} (${got.length} and ${wanted.length} values) differs by ${difference}`);
}

export function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
}

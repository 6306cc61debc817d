import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { InferenceSession } from 'onnxruntime-node';
import { importModel, type Precision } from '../../../src/importer/import.ts';
import { convolutions } from '../../../src/importer/int8/rewrite.ts';
import { Session } from '../../../src/inference/session.ts';
import { decodeModel } from '../../../src/onnx/read.ts';
import { Vocoder } from '../../../src/vocoder/vocode.ts';
import { readManifest } from '../../../src/voice/manifest.ts';
import { openedVoice, temporaryFolder } from '../../golden-data.ts';
import { wideFrames, writeWideModel } from './wide-voice.ts';

suite('a package in int8', () => {
  const folder = temporaryFolder();
  const model = join(folder, 'model');
  writeWideModel(model);
  const make = (from: string, precision: Precision, to: string, int8Bound?: number) =>
    importModel(from, { out: join(folder, to), voice: 'wide', precision, int8Bound })[0]!;
  const half = make(model, 'fp16', 'fp16').folder;
  const int8 = make(model, 'int8', 'int8', 30);

  test('says which convolutions are int8 and how far it is from float32', () => {
    const manifest = readManifest(int8.folder, 'wide');
    assert.equal(manifest.precision, 'int8');
    assert.deepEqual(manifest.int8, int8.int8);
    const { bound, median, p95, stages } = manifest.int8!;
    assert.ok(bound === 30 && median > 0 && median <= p95 && median <= bound);
    stages.forEach((stage, index) => {
      const graph = decodeModel(readFileSync(join(int8.folder, `vocoder-${index}.onnx`)));
      const is = convolutions(graph).map(({ operator }) => operator === 'QLinearConv');
      assert.deepEqual(
        stage.int8,
        is.flatMap((yes, at) => (yes ? [at] : [])),
      );
      assert.deepEqual(
        stage.fp32,
        is.flatMap((yes, at) => (yes ? [] : [at])),
      );
    });
    assert.ok(stages[0]!.int8.length > 4 && stages.at(-1)!.fp32.length > 0);
    assert.match(readFileSync(join(int8.folder, 'README.md'), 'utf8'), /convolutions of the vocoder in int8/);
  });

  test('is the same bytes from the checkpoint, from its fp16 package, and again', () => {
    for (const other of [make(half, 'int8', 'from-package', 30), make(model, 'int8', 'again', 30)]) {
      const files = readdirSync(int8.folder);
      assert.deepEqual(readdirSync(other.folder), files);
      for (const file of files) {
        assert.ok(readFileSync(join(other.folder, file)).equals(readFileSync(join(int8.folder, file))), file);
      }
    }
  });

  test('comes from a float32 package too, whose other graphs it keeps', () => {
    const full = make(model, 'fp32', 'fp32').folder;
    const made = make(full, 'int8', 'from-fp32', 30).folder;
    for (const file of ['encoder.onnx', 'step.onnx']) {
      assert.ok(readFileSync(join(made, file)).equals(readFileSync(join(full, file))));
    }
  });

  test('runs integer convolutions, and widens once a residual layer, not around each of its convolutions', async () => {
    const optimised = join(mkdtempSync(join(tmpdir(), 'langdu-profile-')), 'optimised.onnx');
    const { vocoder, int8: made } = readManifest(int8.folder, 'wide');
    assert.equal(vocoder.stages[1]!.states.length, 0, 'a stage that takes windows');
    const session = await InferenceSession.create(join(int8.folder, 'vocoder-1.onnx'), {
      optimizedModelFilePath: optimised,
      graphOptimizationLevel: 'extended',
    });
    await session.release();
    const file = readFileSync(optimised, 'latin1');
    // Operator types as the file has them: a field of their length, then the name.
    const count = (operator: string) => file.split(`\x22${String.fromCharCode(operator.length)}${operator}`).length - 1;
    const layers = made!.stages[1]!.int8.length;
    assert.equal(count('QLinearConv'), layers);
    assert.equal(count('DequantizeLinear'), layers / 2);
    assert.ok(count('Transpose') < layers / 2, `${count('Transpose')} transpositions`);
  });

  test('is close to float32 and not equal to it', () => {
    const [a, b] = [openedVoice(half), openedVoice(int8.folder)];
    const frames = wideFrames(60);
    const [x, y] = [a, b].map((voice) => new Vocoder(voice.vocoder, { pitch: 1, seed: 1 }).push(frames, true));
    const energy = x!.reduce((sum, value) => sum + value * value, 0);
    const error = x!.reduce((sum, value, index) => sum + (value - y![index]!) ** 2, 0);
    assert.ok(error > 0 && error < 0.02 * energy, `${error} of ${energy}`);
  });

  test('a tight bound keeps layers in float32, and is held', () => {
    const { median } = int8.int8!;
    const { int8: record } = make(half, 'int8', 'tight', median / 2);
    const count = (kind: 'int8' | 'fp32', of = record!) =>
      of.stages.reduce((sum, stage) => sum + stage[kind].length, 0);
    // Rounded to two digits.
    assert.ok(record!.median <= (median / 2) * 1.05);
    assert.ok(count('int8') > 0 && count('int8') < count('int8', int8.int8!));
  });

  test('a bound that no layer keeps is refused, and leaves nothing behind', () => {
    assert.throws(() => make(half, 'int8', 'never', 1e-6), /no layer of this vocoder can be int8 within 0.000001 dB/);
    assert.throws(() => readdirSync(join(folder, 'never')), /ENOENT/);
  });

  test('what cannot be meant is refused', () => {
    assert.throws(() => make(half, 'fp32', 'no'), /is a package already; only --precision int8/);
    assert.throws(() => make(int8.folder, 'int8', 'no'), /is int8 already/);
    assert.throws(() => make(half, 'int8', 'fp16'), /would take the place of/);
    assert.throws(() => make(model, 'fp16', 'no', 1), /--int8-bound goes with --precision int8/);
    assert.throws(() => make(half, 'int8', 'no', Number.NaN), /--int8-bound should be dB above 0, got NaN/);
    const card = { description: 'x' };
    const options = { out: join(folder, 'no'), precision: 'int8', card } as const;
    assert.throws(() => importModel(half, options), /keeps its own card/);
  });

  test('loads as a session of ours', () => {
    new Session(readFileSync(join(int8.folder, 'vocoder-0.onnx')), { threads: 1 }).close();
  });
});

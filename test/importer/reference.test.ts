import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { readTree } from '../../src/importer/params.ts';
import { openCheckpoint } from '../../src/torch/checkpoint.ts';
import { goldenArrays, goldenFolder, goldenItems, largestDifference, type NpyArray } from '../golden-data.ts';
import { type HifiganParams, mixHarmonics, runHifigan } from '../reference/hifigan.ts';
import { runSambert, type SambertParams } from '../reference/sambert.ts';
import { State, type StoredArray } from '../reference/state.ts';
import { paramsOf } from './against-reference.ts';

/** The reference that variants are held against is itself held against the public implementation's output. */
for (const name of ['tiny', 'tiny-nsf'] as const) {
  suite(`the reference on ${name}`, () => {
    const base = join(goldenFolder(name), 'voices', name);
    const acoustic = stored(join(base, 'am/ckpt/checkpoint_1000.pth'), 'model');
    const vocoder = stored(join(base, 'voc/ckpt/checkpoint_2000.pth'), 'model', 'generator');
    const sambert = paramsOf(readTree(join(base, 'am/config.yaml'), 'am'), 'Model', 'KanTtsSAMBERT', 'params');
    const hifigan = paramsOf(readTree(join(base, 'voc/config.yaml'), 'voc'), 'Model', 'Generator', 'params');

    for (const { id } of goldenItems(name)) {
      test(id, () => {
        const golden = goldenArrays(name, id);
        const state = new State(acoustic);
        const got = runSambert(state, sambert as SambertParams, rows(golden.get('ids')!));
        assert.deepEqual(got.durations, Array.from(golden.get('duration')!.data));
        near(
          'text_hidden',
          got.textHidden.flatMap((row) => [...row]),
          golden,
          1e-5,
        );
        near('pitch', got.pitch, golden, 1e-5);
        near('energy', got.energy, golden, 1e-5);
        near('log_duration', got.logDuration, golden, 1e-5);
        near(
          'decoder',
          got.decoder.flatMap((row) => [...row]),
          golden,
          1e-5,
        );
        near(
          'mel',
          got.mel.flatMap((row) => [...row]),
          golden,
          1e-5,
        );
        const excitation = golden.get('excitation')?.data;
        const mel = excitation === undefined ? got.mel : got.mel.map((row) => row.slice(0, -2));
        const sound = new State(vocoder);
        near('wav', runHifigan(sound, hifigan as unknown as HifiganParams, mel, excitation), golden, 2e-5);
        const harmonics = golden.get('source_harmonics');
        if (harmonics !== undefined) {
          const each = rows(harmonics).map((row) => Float32Array.from(row));
          assert.ok(largestDifference(mixHarmonics(sound, each), excitation!) < 1e-6);
          assert.deepEqual(sound.unread(), []);
        }
        assert.deepEqual(state.unread(), ['text_encoder.ling_enc.position_enc.position_enc']);
      });
    }
  });
}

function stored(path: string, ...keys: string[]): Map<string, StoredArray> {
  const checkpoint = openCheckpoint(path);
  try {
    const tensors = checkpoint.stateDict(...keys);
    return new Map([...tensors].map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.read() }]));
  } finally {
    checkpoint.close();
  }
}

function rows({ shape, data }: NpyArray): number[][] {
  const [count, length] = shape as readonly [number, number];
  return Array.from({ length: count }, (_, row) => Array.from(data.subarray(row * length, (row + 1) * length)));
}

function near(key: string, got: ArrayLike<number>, golden: ReadonlyMap<string, NpyArray>, tolerance: number): void {
  const difference = largestDifference(got, golden.get(key)!.data);
  assert.ok(difference <= tolerance, `${key} differs by ${difference}`);
}

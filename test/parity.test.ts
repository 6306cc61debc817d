import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../src/config/paths.ts';
import { importModel, type VoiceCard } from '../src/importer/import.ts';
import { parseTokens } from '../src/voice/symbol-ids.ts';
import { trace } from '../src/voice/trace.ts';
import {
  type GoldenVoice,
  goldenArrays,
  goldenFolder,
  goldenItems,
  goldenVoices,
  importGolden,
  largestDifference,
  openedVoice,
  shippedVoices,
  temporaryFolder,
} from './golden-data.ts';

const imported = importGolden(goldenVoices);

for (const name of goldenVoices) {
  suite(`${name}, imported in fp32, computes what the public implementation does`, () => {
    const voice = openedVoice(join(imported, name));
    for (const item of goldenItems(name)) {
      test(item.id, () => {
        const golden = goldenArrays(name, item.id);
        const excitation = golden.get('excitation')?.data;
        const got = trace(voice, parseTokens(voice.manifest, item.symbols), excitation);
        for (const key of ['ids', 'duration'] as const) {
          assert.deepEqual(got[key].shape, golden.get(key)!.shape, key);
          assert.deepEqual(Array.from(got[key].data), Array.from(golden.get(key)!.data), key);
        }
        for (const key of ['text_hidden', 'log_duration', 'pitch', 'energy', 'decoder', 'mel'] as const) {
          within(key, got[key], golden.get(key)!, 2e-4);
        }
        within('wav', got.wav, golden.get('wav')!, 1e-3);
        assert.equal(got.mel.shape[0], item.frames);
        assert.equal(got.wav.data.length, item.samples);
      });
    }

    for (const item of goldenItems(name)) {
      const harmonics = goldenArrays(name, item.id).get('source_harmonics');
      if (harmonics === undefined) continue;
      test(`the source's weights in voice.json mix the harmonics of ${item.id} to its excitation`, () => {
        const { weights, bias } = voice.manifest.vocoder.source!;
        const samples = harmonics.shape[1]!;
        assert.equal(weights.length, harmonics.shape[0]);
        const mixed = Float64Array.from({ length: samples }, (_, n) =>
          Math.tanh(weights.reduce((sum, weight, h) => sum + weight * harmonics.data[h * samples + n]!, bias)),
        );
        const excitation = goldenArrays(name, item.id).get('excitation')!.data;
        assert.ok(Math.max(...excitation.subarray(0, 1000).map(Math.abs)) > 1e-3, 'an excitation that is not silent');
        assert.ok(largestDifference(mixed, excitation) < 1e-5);
      });
    }
  });
}

suite('the golden NSF input of the vocoder', () => {
  for (const name of ['tiny-nsf', 'tan'] satisfies GoldenVoice[]) {
    test(`${name}: f0 column · scale + offset of voice.json is the reference's f0 in Hz`, () => {
      const { source, mels } = openedVoice(join(imported, name)).manifest.vocoder;
      for (const item of goldenItems(name)) {
        const mel = goldenArrays(name, item.id).get('mel')!;
        const wanted = goldenArrays(name, item.id).get('vocoder_input')!.data;
        const width = mels + 2;
        assert.equal(mel.shape[1], width);
        for (let t = 0; t < mel.shape[0]!; t += 1) {
          const f0 = Math.max(30, mel.data[t * width + mels]! * source!.f0.scale + source!.f0.offset);
          assert.ok(Math.abs(f0 - wanted[t * width + mels]!) < 1e-3, `${item.id} frame ${t}`);
          assert.equal(mel.data[t * width + mels + 1]! >= 0.6 ? 1 : 0, wanted[t * width + mels + 1]);
        }
      }
    });
  }
});

suite('the shipped package, stored in fp16', () => {
  const voice = openedVoice(join(shippedVoices, 'tan'));
  for (const item of goldenItems('tan')) {
    test(`${item.id}: same durations, mel within 2e-2`, () => {
      const golden = goldenArrays('tan', item.id);
      const got = trace(voice, parseTokens(voice.manifest, item.symbols), golden.get('excitation')!.data);
      assert.deepEqual(Array.from(got.duration.data), Array.from(golden.get('duration')!.data));
      within('mel', got.mel, golden.get('mel')!, 2e-2);
    });
  }

  test('is what importing the checkpoint gives, byte for byte', () => {
    const out = temporaryFolder();
    const card = JSON.parse(readFileSync(join(shippedVoices, 'tan.card.json'), 'utf8')) as VoiceCard;
    importModel(goldenFolder('tan'), { out, precision: 'fp16', card });
    const files = readdirSync(join(shippedVoices, 'tan')).sort();
    assert.deepEqual(readdirSync(join(out, 'tan')).sort(), files);
    for (const file of files) {
      const same = readFileSync(join(out, 'tan', file)).equals(readFileSync(join(shippedVoices, 'tan', file)));
      assert.ok(same, `${file} differs: run npm run import:tan`);
    }
  });

  test('is under 12 MB and says whose voice it is', () => {
    const folder = join(packageRoot, 'voices', 'tan');
    const bytes = readdirSync(folder).reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
    assert.ok(bytes < 12e6, `${bytes} bytes`);
    const card = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const part of [/Yue Tan/, /Shtooka/, /CC BY-SA/, /not acted/]) assert.match(card, part);
    assert.match(voice.manifest.licence, /CC BY-SA/);
    assert.match(voice.manifest.credit, /Yue Tan/);
  });
});

function within(
  key: string,
  got: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  wanted: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  tolerance: number,
): void {
  assert.deepEqual(got.shape, wanted.shape, key);
  const difference = largestDifference(got.data, wanted.data);
  assert.ok(difference <= tolerance, `${key} differs by ${difference}`);
}

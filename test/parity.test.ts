import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { importModel } from '../src/importer/import.ts';
import { frameDistances, logMel, melDistance } from '../src/importer/int8/log-mel.ts';
import { DEFAULT_INT8_BOUND } from '../src/importer/int8/quantise.ts';
import type { VoiceCard } from '../src/importer/voice-card.ts';
import type { ElementType, GraphValue } from '../src/onnx/model.ts';
import { decodeModel } from '../src/onnx/read.ts';
import { Vocoder } from '../src/vocoder/vocode.ts';
import { readManifest } from '../src/voice/manifest.ts';
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

suite('the shipped package, its vocoder in int8', () => {
  const folder = join(shippedVoices, 'tan');
  const voice = openedVoice(folder);
  const again = join(temporaryFolder(), 'tan');
  const card = JSON.parse(readFileSync(join(shippedVoices, 'tan.card.json'), 'utf8')) as VoiceCard;
  importModel(goldenFolder('tan'), { out: dirname(again), precision: 'int8', card });
  const pair = (file: string) => [folder, again].map((each) => readFileSync(join(each, file))) as [Buffer, Buffer];

  for (const item of goldenItems('tan')) {
    test(`${item.id}: same durations, mel within 2e-2`, () => {
      const golden = goldenArrays('tan', item.id);
      const got = trace(voice, parseTokens(voice.manifest, item.symbols), golden.get('excitation')!.data);
      assert.deepEqual(Array.from(got.duration.data), Array.from(golden.get('duration')!.data));
      within('mel', got.mel, golden.get('mel')!, 2e-2);
    });
  }

  test('sounds as the float32 vocoder does of the golden mel, within the bound', () => {
    const { bound, median } = voice.manifest.int8!;
    const full = openedVoice(join(imported, 'tan'));
    const distance = melDistance(
      goldenItems('tan').map(({ id }) => {
        const golden = goldenArrays('tan', id);
        const [a, b] = [full, voice].map(({ vocoder }) => {
          const excitation = golden.get('excitation')!.data;
          const samples = new Vocoder(vocoder, { pitch: 1, seed: 1, excitation }).push(golden.get('mel')!.data, true);
          return logMel(samples, full.manifest.sampleRate);
        }) as [Float32Array, Float32Array];
        return frameDistances(a, b);
      }),
    );
    assert.equal(bound, DEFAULT_INT8_BOUND);
    assert.ok(distance.median > 0 && distance.median <= bound, `${distance.median} dB`);
    assert.ok(median > 0 && median <= bound && Math.abs(distance.median - median) < 0.15, `${distance.median} dB`);
  });

  test('is what importing the checkpoint gives: byte for byte, but for ranges that a processor rounds otherwise', () => {
    const files = readdirSync(folder).sort();
    assert.deepEqual(readdirSync(again).sort(), files);
    for (const file of files.filter((name) => name.endsWith('.onnx'))) {
      const [shipped, made] = pair(file);
      if (file.startsWith('vocoder')) sameButForRanges(decodeModel(shipped), decodeModel(made));
      else assert.ok(shipped.equals(made), `${file} differs: run npm run import:tan`);
    }
    const [shipped, made] = [readManifest(folder, 'tan'), readManifest(again, 'tan')];
    const { files: hashes, int8, ...rest } = shipped;
    const { files: otherHashes, int8: otherInt8, ...otherRest } = made;
    assert.deepEqual(rest, otherRest);
    assert.deepEqual(Object.keys(hashes), Object.keys(otherHashes));
    assert.deepEqual(int8!.stages, otherInt8!.stages);
    assert.ok(Math.abs(int8!.median - otherInt8!.median) <= 0.02);
    const [readme, readmeMade] = pair('README.md').map((text) => `${text}`.replace(/[\d.]+ dB/, ''));
    assert.equal(readme, readmeMade);
  });

  test('is within 8 MiB and says whose voice it is', () => {
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    assert.ok(bytes <= 8 * 2 ** 20, `${bytes} bytes`);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const part of [/Yue Tan/, /Shtooka/, /CC BY-SA/, /not acted/]) assert.match(readme, part);
    assert.match(voice.manifest.licence, /CC BY-SA/);
    assert.match(voice.manifest.credit, /Yue Tan/);
  });
});

/** Ranges come from what the voice spoke, so scales and zeros of activations may be a step apart, and with them biases. */
function sameButForRanges(a: GraphValue, b: GraphValue): void {
  assert.deepEqual(a.nodes, b.nodes);
  assert.deepEqual([...a.initializers.keys()], [...b.initializers.keys()]);
  for (const [name, { type, shape, bytes }] of a.initializers) {
    const other = b.initializers.get(name)!;
    assert.deepEqual([type, shape], [other.type, other.shape], name);
    if (Buffer.from(bytes).equals(other.bytes)) continue;
    assert.match(name, /^(?!.*weight).*_(scale|zero|bias)$/, `${name} differs: run npm run import:tan`);
    const [x, y] = [bytes, other.bytes].map((raw) => numbers(type, new Uint8Array(raw))) as [number[], number[]];
    x.forEach((value, index) => {
      const allowed = type === 'float32' ? 0.02 * value : type === 'uint8' ? 2 : 2 + 0.02 * Math.abs(value);
      assert.ok(Math.abs(value - y[index]!) <= allowed, `${name}: ${value} and ${y[index]}`);
    });
  }
}

function numbers(type: ElementType, { buffer }: Uint8Array): number[] {
  if (type === 'float32') return [...new Float32Array(buffer as ArrayBuffer)];
  return [...(type === 'int32' ? new Int32Array(buffer as ArrayBuffer) : new Uint8Array(buffer as ArrayBuffer))];
}

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

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { concatenate } from '../../src/float-arrays.ts';
import { Random } from '../../src/vocoder/random.ts';
import { Vocoder } from '../../src/vocoder/vocode.ts';
import { openVoice, type Voice } from '../../src/voice/open.ts';
import {
  type GoldenVoice,
  goldenArrays,
  goldenVoices,
  importGolden,
  largestDifference,
  temporaryFolder,
} from '../golden-data.ts';
import { deviation } from '../importer/against-reference.ts';
import { importKind, vocoderKinds } from './kinds.ts';

/** Pieces of these sizes, over and over: what comes first decides when a stage first runs. */
const schedules: readonly (readonly number[])[] = [[1], [2, 1], [3, 40], [7], [64, 1, 1, 5], [25, 25, 1]];

suite('a sentence vocoded in pieces equals the same in one piece', () => {
  const folder = temporaryFolder();
  for (const kind of Object.keys(vocoderKinds)) {
    test(kind, () => {
      const voice = openVoice(importKind(folder, kind));
      try {
        const width = voice.acoustic.spec.mels;
        for (const count of [1, 2, 3, 9, 31, 97]) comparePieces(voice, randomFrames(count, width), count);
      } finally {
        voice.close();
      }
    });
  }

  for (const kind of ['wide', 'wide, causal, NSF']) {
    test(`${kind}, in int8`, () => {
      const voice = openVoice(importKind(folder, kind, 'int8'));
      try {
        assert.ok(
          voice.manifest.int8!.stages[0]!.int8.length > 0 && voice.manifest.vocoder.stages[0]!.states.length > 0,
        );
        for (const count of [2, 31, 97]) comparePieces(voice, randomFrames(count, voice.acoustic.spec.mels), count);
      } finally {
        voice.close();
      }
    });
  }

  const imported = importGolden(goldenVoices);
  for (const name of goldenVoices) {
    test(name, () => {
      const voice = openVoice(join(imported, name));
      try {
        const item: Record<GoldenVoice, string> = {
          tiny: 'long_neutral',
          'tiny-nsf': 'long_neutral',
          tan: 'nihao_neutral',
        };
        const { data, shape } = goldenArrays(name, item[name]).get('mel')!;
        comparePieces(voice, data, shape[0]!, name === 'tan' ? 2 : schedules.length);
      } finally {
        voice.close();
      }
    });
  }
});

function comparePieces(voice: Voice, frames: Float32Array, count: number, several = schedules.length): void {
  const { hop } = voice.manifest.vocoder;
  const whole = vocode(voice, frames, [count], false);
  assert.equal(whole.length, count * hop);
  assert.ok(deviation(whole) > 1e-3, 'not silent');
  const random = new Random(count);
  const drawn = Array.from({ length: 20 }, () => 1 + Math.floor(random.uniform() ** 2 * 30));
  for (const sizes of [...schedules.slice(0, several), drawn]) {
    for (const emptyLast of [false, true]) {
      const pieces = vocode(voice, frames, sizes, emptyLast);
      const difference = largestDifference(pieces, whole);
      const how = `${count} frames in pieces of ${sizes.slice(0, 5)}${emptyLast ? ', an empty one last' : ''}`;
      assert.ok(difference <= 1e-5, `${how}: ${pieces.length} of ${whole.length} samples, differing by ${difference}`);
    }
  }
}

/** All samples of the frames, handed over in pieces of these sizes; the same noise every time. */
function vocode(voice: Voice, frames: Float32Array, sizes: readonly number[], emptyLast: boolean): Float32Array {
  const width = voice.acoustic.spec.mels;
  const vocoder = new Vocoder(voice.vocoder, { pitch: 1, seed: 5 });
  const parts: Float32Array[] = [];
  for (let at = 0, index = 0; at < frames.length; index += 1) {
    const to = Math.min(frames.length, at + sizes[index % sizes.length]! * width);
    parts.push(vocoder.push(frames.subarray(at, to), to === frames.length && !emptyLast));
    at = to;
  }
  if (emptyLast) parts.push(vocoder.push(new Float32Array(0), true));
  return concatenate(parts);
}

function randomFrames(count: number, width: number): Float32Array {
  const random = new Random(9);
  return Float32Array.from({ length: count * width }, () => random.normal());
}

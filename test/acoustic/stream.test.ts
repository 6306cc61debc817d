import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { decodeTogether, openLane } from '../../src/acoustic/decode.ts';
import type { AcousticModel } from '../../src/acoustic/model.ts';
import { Postnet } from '../../src/acoustic/postnet.ts';
import { type MelPiece, predict } from '../../src/acoustic/predict.ts';
import type { Regulated } from '../../src/acoustic/regulate.ts';
import type { Session } from '../../src/inference/session.ts';
import { Random } from '../../src/vocoder/random.ts';
import { Vocoder } from '../../src/vocoder/vocode.ts';
import { pieceSizes } from '../../src/vocoder/windows.ts';
import { openVoice, type Voice } from '../../src/voice/open.ts';
import { parseTokens } from '../../src/voice/symbol-ids.ts';
import { trace } from '../../src/voice/trace.ts';
import { goldenItem, goldenVoices, importGolden, largestDifference } from '../golden-data.ts';
import { regulated } from './regulated.ts';

const folder = importGolden(goldenVoices);

suite('mel that streams equals the whole', () => {
  for (const name of goldenVoices) {
    test(`${name}: the postnet in pieces of any size`, async () => {
      await withVoice(name, (voice) => {
        const { mels } = voice.acoustic.spec;
        const random = new Random(11);
        for (const count of [1, 2, 5, 30, 121]) {
          const frames = Float32Array.from({ length: count * mels }, () => random.normal());
          const whole = new Postnet(voice.acoustic).push(frames, true);
          assert.equal(whole.length, frames.length);
          const drawn = Array.from({ length: 10 }, () => 1 + Math.floor(random.uniform() * 20));
          for (const sizes of [[1], [2, 3], [10], [100, 1], drawn]) {
            for (const emptyLast of [false, true]) {
              const pieces = inPieces(new Postnet(voice.acoustic), frames, mels, sizes, emptyLast);
              const difference = largestDifference(pieces, whole);
              assert.ok(difference <= 1e-5, `${count} frames in pieces of ${sizes}: ${difference}`);
            }
          }
        }
      });
    });

    test(`${name}: predicted pieces joined are the trace's mel`, async () => {
      await withVoice(name, async (voice) => {
        for (const id of ['a_neutral', 'nihao_neutral', ...(name === 'tan' ? [] : ['long_neutral'])]) {
          const { symbols, frames } = goldenItem(name, id);
          const whole = trace(voice, parseTokens(voice.manifest, symbols)).mel.data;
          for (const sizes of [[1], [4, 2, 50], pieceSizes(voice.vocoder), [10_000]]) {
            const pieces: MelPiece[] = [];
            for await (const piece of predicted(voice.acoustic, regulated(voice, symbols), sizes)) pieces.push(piece);
            assert.deepEqual(
              pieces.map(({ last }) => last),
              pieces.map((_, index) => index === pieces.length - 1),
            );
            const joined = pieces.flatMap((piece) => [...piece.frames]);
            assert.equal(joined.length, frames * voice.acoustic.spec.mels);
            assert.ok(largestDifference(joined, whole) <= 1e-5, `${id} in pieces of ${sizes}`);
          }
        }
      });
    });
  }

  test('the first samples leave before the last frame is decoded, and every piece asks only for what it needs', async () => {
    await withVoice('tan', async (voice) => {
      const { symbols } = goldenItem('tan', 'long_neutral');
      const sentence = regulated(voice, symbols);
      const { model, steps } = counting(voice.acoustic);
      const vocoder = new Vocoder(voice.vocoder, { pitch: 1, seed: 0 });
      const r = voice.acoustic.spec.outputsPerStep;
      let samples = 0;
      let firstAt: number | undefined;
      for await (const { frames, last } of predicted(model, sentence, pieceSizes(voice.vocoder))) {
        samples += vocoder.push(frames, last).length;
        if (samples > 0) firstAt ??= steps();
        // What has been decoded is at most a piece and the look-aheads of both networks ahead of what can be heard.
        const heard = samples / voice.manifest.vocoder.hop;
        const ahead = steps() * r - heard;
        assert.ok(ahead <= voice.acoustic.spec.postnet.lookAhead + 40 + r, `${ahead} frames ahead at ${heard}`);
      }
      assert.equal(steps(), sentence.steps);
      assert.equal(samples, sentence.frames * voice.manifest.vocoder.hop);
      assert.ok(firstAt! * 10 < sentence.steps, `the first samples left after ${firstAt} of ${sentence.steps} steps`);
    });
  });
});

async function withVoice(name: string, use: (voice: Voice) => void | Promise<void>): Promise<void> {
  const voice = openVoice(join(folder, name));
  try {
    await use(voice);
  } finally {
    voice.close();
  }
}

function predicted(model: AcousticModel, sentence: Regulated, sizes: readonly number[]): AsyncGenerator<MelPiece> {
  const lane = openLane(model, sentence);
  return predict(model, sentence, lane, sizes, async (own, steps) => decodeTogether(model, [own], steps)[0]!);
}

function inPieces(
  postnet: Postnet,
  frames: Float32Array,
  mels: number,
  sizes: readonly number[],
  emptyLast: boolean,
): Float32Array {
  const parts: Float32Array[] = [];
  for (let at = 0, index = 0; at < frames.length; index += 1) {
    const to = Math.min(frames.length, at + sizes[index % sizes.length]! * mels);
    parts.push(postnet.push(frames.subarray(at, to), to === frames.length && !emptyLast));
    at = to;
  }
  if (emptyLast) parts.push(postnet.push(new Float32Array(0), true));
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** The model with its decoder's steps counted. */
function counting(model: AcousticModel): { model: AcousticModel; steps: () => number } {
  let count = 0;
  const step: Pick<Session, 'run'> = {
    run: (feeds, outputs) => {
      count += 1;
      return model.step.run(feeds, outputs);
    },
  };
  return { model: { ...model, step: step as Session }, steps: () => count };
}

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { decodeTogether, openLane } from '../../src/acoustic/decode.ts';
import type { Regulated } from '../../src/acoustic/regulate.ts';
import type { Voice } from '../../src/voice/open.ts';
import { openVoice } from '../../src/voice/open.ts';
import { type GoldenVoice, goldenItems, importGolden } from '../golden-data.ts';
import { regulated } from './regulated.ts';

/** Lines of different lengths; the rate makes the bands differ, and one lane has a single symbol. */
const rates = [1, 0.6, 2.5, 0.3, 1, 4];

suite('sentences decoded together equal each alone, byte for byte', () => {
  const folder = importGolden(['tiny', 'tiny-nsf', 'tan']);
  for (const name of ['tiny', 'tiny-nsf', 'tan'] satisfies GoldenVoice[]) {
    test(name, () => {
      const voice = openVoice(join(folder, name));
      try {
        const lines = goldenItems(name)
          .filter(({ id }) => name !== 'tan' || id !== 'long_neutral')
          .map((item) => item.symbols);
        lines.splice(1, 0, lines[0]!.split(' ')[0]!);
        const sentences = lines.slice(0, 6).map((line, index) => regulated(voice, line, rates[index]!));
        assert.ok(sentences.length >= 5);
        assert.ok(new Set(sentences.map(({ band }) => band)).size >= 4, 'bands that differ');
        assert.ok(Math.min(...sentences.map(({ steps }) => steps)) <= 8, 'one that is very short');
        const alone = sentences.map((sentence) => decode(voice, [sentence])[0]!);
        for (const order of [sentences.map((_, index) => index), [3, 0, 5, 1, 4, 2], [2, 1]]) {
          const lanes = order.filter((index) => index < sentences.length);
          const together = decode(
            voice,
            lanes.map((index) => sentences[index]!),
          );
          lanes.forEach((index, lane) => {
            assert.equal(together[lane]!.length, alone[index]!.length);
            assert.ok(
              bytes(together[lane]!).equals(bytes(alone[index]!)),
              `sentence ${index} in lane ${lane} of ${lanes}`,
            );
          });
        }
      } finally {
        voice.close();
      }
    });
  }
});

/** All frames of every sentence. */
function decode(voice: Voice, sentences: readonly Regulated[]): Float32Array[] {
  const lanes = sentences.map((sentence) => openLane(voice.acoustic, sentence));
  const out: number[][] = sentences.map(() => []);
  // In calls of uneven length, as turns have it, and with lanes that come late.
  for (let call = 1; lanes.some((lane) => lane.step < lane.steps); call += 1) {
    const present = lanes.filter((_, index) => index < call);
    decodeTogether(voice.acoustic, present, 1 + ((5 * call) % 7)).forEach((frames, lane) => {
      out[lane]!.push(...frames);
    });
  }
  const { mels, outputsPerStep } = voice.acoustic.spec;
  sentences.forEach(({ steps }, lane) => {
    assert.equal(out[lane]!.length, steps * mels * outputsPerStep);
  });
  return out.map((values) => Float32Array.from(values));
}

function bytes(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

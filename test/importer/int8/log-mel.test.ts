import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { frameDistances, logMel, melDistance } from '../../../src/importer/int8/log-mel.ts';
import { Random } from '../../../src/vocoder/random.ts';

const RATE = 16000;

function noise(amplitude: number, seed = 3): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: RATE }, () => amplitude * random.normal());
}

function distance(a: Float32Array, b: Float32Array) {
  return melDistance([frameDistances(logMel(a, RATE), logMel(b, RATE))]);
}

suite('log-mel distance', () => {
  test('is nothing to itself, and the gain of a gain', () => {
    const sound = noise(0.1);
    assert.deepEqual(distance(sound, sound), { median: 0, p95: 0 });
    const { median, p95 } = distance(
      sound,
      sound.map((value) => value * 2),
    );
    assert.ok(Math.abs(median - 6.02) < 0.02 && Math.abs(p95 - 6.02) < 0.02, `${median}, ${p95}`);
  });

  test('a tone is loudest in its own band', () => {
    const tone = Float32Array.from({ length: RATE }, (_, n) => Math.sin((2 * Math.PI * 1000 * n) / RATE));
    const frame = logMel(tone, RATE).subarray(80 * 20, 80 * 21);
    const loudest = frame.indexOf(Math.max(...frame));
    const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
    assert.ok(Math.abs(loudest - ((mel(1000) / mel(8000)) * 81 - 1)) <= 1, `band ${loudest}`);
  });

  test('noise 80 dB below the sentence is not counted, and silence is not a difference', () => {
    const loud = noise(0.1);
    loud.fill(0, RATE / 2);
    const other = loud.map((value, n) => value + (n > RATE / 2 ? 1e-5 * Math.sin(n) : 0));
    assert.equal(distance(loud, other).median, 0);
  });

  test('has a value in every band at every rate', () => {
    for (const rate of [8000, 16000, 24000, 48000]) {
      assert.ok(
        logMel(noise(0.1), rate).every((value) => value > -60),
        `${rate} Hz`,
      );
    }
  });
});

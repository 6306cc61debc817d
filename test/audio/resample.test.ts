import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { sampleRates } from '../../src/audio/formats.ts';
import { Resampler } from '../../src/audio/resample.ts';
import { concatenate } from '../../src/float-arrays.ts';
import { resampled } from './finished.ts';

function tone(frequency: number, sampleRate: number, seconds: number, amplitude = 0.5): Float32Array {
  const turn = (2 * Math.PI * frequency) / sampleRate;
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => amplitude * Math.sin(turn * i));
}

/** Root mean square of the middle, where no edge reaches, in decibels. */
function level(samples: Float32Array): number {
  const middle = samples.subarray(samples.length >> 2, 3 * (samples.length >> 2));
  return 10 * Math.log10(middle.reduce((sum, value) => sum + value * value, 0) / middle.length);
}

const pairs = sampleRates.flatMap((from) => sampleRates.filter((to) => to !== from).map((to) => [from, to] as const));

suite('from every rate to every other', () => {
  for (const [from, to] of pairs) {
    const nyquist = Math.min(from, to) / 2;
    test(`${from} to ${to}: what both can carry comes through unchanged, and at its time`, () => {
      for (const share of [0.01, 0.1, 0.33, 0.5, 0.7, 0.85, 0.91]) {
        const frequency = share * nyquist;
        const out = resampled(tone(frequency, from, 0.25), from, to);
        const expected = tone(frequency, to, 0.25);
        let error = 0;
        for (let i = out.length >> 2; i < 3 * (out.length >> 2); i += 1) {
          error = Math.max(error, Math.abs(out[i]! - expected[i]!));
        }
        // 0.001 of 0.5 is 0.017 dB of ripple; a delay of a hundredth of a sample would be more, too.
        assert.ok(error < 5e-5, `${share}: ${error}`);
      }
    });
    test(`${from} to ${to}: what the other cannot carry is more than 90 dB down`, () => {
      if (to > from) {
        // Images of a tone near the top would lie just above it: all that is not the tone is one.
        const frequency = 0.9 * nyquist;
        const out = resampled(tone(frequency, from, 0.25), from, to);
        const expected = tone(frequency, to, 0.25);
        const rest = out.map((value, i) => value - expected[i]!);
        assert.ok(level(rest) - level(expected) < -90, `${level(rest) - level(expected)}`);
        return;
      }
      for (let frequency = nyquist * 1.001; frequency < from / 2; frequency += from / 40) {
        const source = tone(frequency, from, 0.25);
        const down = level(resampled(source, from, to)) - level(source);
        assert.ok(down < -90, `${frequency} Hz: ${down} dB`);
      }
    });
  }
});

test('the length is exact, whatever it is and however it is cut', () => {
  for (const [from, to] of [...pairs, [32000, 44100], [11025, 48000]] as const) {
    for (const length of [0, 1, 2, 3, 100, 441, 1001, 4099]) {
      const samples = tone(300, from, 1).subarray(0, length);
      const whole = resampled(samples, from, to);
      assert.equal(whole.length, Math.round((length * to) / from), `${length}: ${from} to ${to}`);
      const pieces = new Resampler(from, to);
      const parts: Float32Array[] = [];
      for (let at = 0, size = 1; at < length; at += size, size = (size * 7) % 211) {
        parts.push(pieces.push(samples.subarray(at, Math.min(length, at + size))));
      }
      assert.deepEqual(concatenate([...parts, pieces.end()]), whole);
    }
  }
});

test('a constant stays constant', () => {
  for (const [from, to] of pairs) {
    const out = resampled(new Float32Array(from / 2).fill(0.5), from, to);
    for (let i = out.length >> 2; i < 3 * (out.length >> 2); i += 1) {
      assert.ok(Math.abs(out[i]! - 0.5) < 1e-6, `${from} to ${to}: ${out[i]}`);
    }
  }
});

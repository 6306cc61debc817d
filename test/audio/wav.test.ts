import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPcm16 } from '../../src/audio/pcm16.ts';
import { WAV_HEADER_BYTES, WavEncoder, wavHeader } from '../../src/audio/wav.ts';

test('samples become the nearest 16-bit integer, clipped', () => {
  const cases: readonly [sample: number, integer: number][] = [
    [0, 0],
    [-0, 0],
    [1, 32767],
    [-1, -32767],
    [0.5, 16384],
    [0.4 / 32767, 0],
    [0.6 / 32767, 1],
    [-0.6 / 32767, -1],
    [1.0001, 32767],
    [-1.0001, -32767],
    [1e9, 32767],
    [-1e9, -32767],
    [Number.POSITIVE_INFINITY, 32767],
    [Number.NEGATIVE_INFINITY, -32767],
    [Number.NaN, 0],
  ];
  for (const [sample, integer] of cases) {
    assert.equal(toPcm16(Float32Array.of(sample))[0], integer, String(sample));
  }
  assert.equal(toPcm16(new Float32Array(0)).length, 0);
});

test('the header of a known length', () => {
  const expected = [
    '52494646',
    'a4000000',
    '57415645', // RIFF, 164, WAVE
    '666d7420',
    '10000000',
    '0100',
    '0100', // fmt, 16 bytes, PCM, mono
    '803e0000',
    '007d0000',
    '0200',
    '1000', // 16000 Hz, 32000 B/s, 2 bytes a frame, 16 bits
    '64617461',
    '80000000', // data, 128
  ];
  assert.equal(Buffer.from(wavHeader(16000, 64)).toString('hex'), expected.join(''));
  assert.equal(wavHeader(16000, 64).length, WAV_HEADER_BYTES);
});

test('an unknown length, or one past 32 bits, is all ones', () => {
  const sizes = (samples?: number): number[] => {
    const view = new DataView(wavHeader(16000, samples).buffer);
    return [view.getUint32(4, true), view.getUint32(40, true)];
  };
  assert.deepEqual(sizes(), [0xffffffff, 0xffffffff]);
  assert.deepEqual(sizes(0), [36, 0]);
  assert.deepEqual(sizes(2147483628), [4294967292, 4294967256]);
  assert.deepEqual(sizes(2147483630), [0xffffffff, 0xffffffff]);
  assert.deepEqual(sizes(2 ** 40), [0xffffffff, 0xffffffff]);
});

test('pieces encode to the same bytes as the whole', () => {
  const samples = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i / 7));
  const whole = new WavEncoder(24000);
  const bytes = whole.encode(samples);
  const pieces = new WavEncoder(24000);
  const joined = [0, 1, 300, 999].map((start, i, starts) =>
    pieces.encode(samples.subarray(start, starts[i + 1] ?? 1000)),
  );
  assert.deepEqual(Buffer.concat(joined), Buffer.from(bytes));
  assert.deepEqual(pieces.header(), wavHeader(24000, 1000));
  assert.deepEqual(pieces.start(), wavHeader(24000));
  assert.equal(pieces.seconds, 1000 / 24000);
});

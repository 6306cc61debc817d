import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FormatName, formatNames, formats } from '../../src/audio/formats.ts';
import { LoudnessLeveller } from '../../src/audio/loudness/leveller.ts';
import { LoudnessMeter } from '../../src/audio/loudness/meter.ts';
import { concatenate } from '../../src/float-arrays.ts';
import { decodeFile, loudness } from './ffmpeg.ts';
import { finished, largestStep, peak } from './finished.ts';
import { TAN_RATE, tanSays } from './tan.ts';

const LONG = '今天天气真不错，我们一起去公园散步吧。春天来了，花儿都开了！你觉得怎么样？';
const spoken = new Map(
  await Promise.all(
    [
      ['short', '好的，我马上就来。', 'neutral'],
      ['neutral', LONG, 'neutral'],
      ['angry', LONG, 'angry'],
      ['sad', LONG, 'sad'],
    ].map(async ([name, text, emotion]) => [name!, await tanSays(text!, emotion)] as const),
  ),
);

suite('ffmpeg measures what was asked for', () => {
  for (const [name, sentences] of spoken) {
    for (const target of [-30, -23, -16]) {
      test(`${name} at ${target} LUFS`, async () => {
        const { file } = await finished(TAN_RATE, { loudness: target }, sentences);
        const measured = loudness(file, 'wav');
        assert.ok(Math.abs(measured - target) <= 1, `${measured} LUFS`);
      });
    }
  }

  test('at another rate and in a lossy format too', async () => {
    for (const format of ['mp3', 'opus', 'aac', 'flac'] as const) {
      const { file, extension } = await finished(
        TAN_RATE,
        { loudness: -20, format, sampleRate: 24000 },
        spoken.get('neutral')!,
      );
      const measured = loudness(file, extension);
      assert.ok(Math.abs(measured + 20) <= 1, `${format}: ${measured} LUFS`);
    }
  });
});

test('our meter agrees with ffmpeg at every rate', async () => {
  for (const sampleRate of [8000, 16000, 22050, 44100, 48000]) {
    const { file, extension } = await finished(TAN_RATE, { sampleRate }, spoken.get('angry')!);
    const samples = decodeFile(file, extension);
    const meter = new LoudnessMeter(sampleRate);
    const hop = Math.round(sampleRate / 10);
    for (let at = 0; at + hop <= samples.length; at += hop) meter.hop(samples.subarray(at, at + hop));
    assert.ok(Math.abs(meter.integrated! - loudness(file, extension)) <= 0.15, `${sampleRate}: ${meter.integrated}`);
  }
});

suite('peaks stay under full scale after decoding', () => {
  const loud = spoken.get('angry')!.slice(0, 2);
  for (const format of formatNames.filter((name) => name !== 'pcm')) {
    test(format, async () => {
      for (const sampleRate of lossless(format) ? [24000] : formats[format].sampleRates) {
        for (const options of [{ loudness: -14 }, { loudness: -8 }, { loudness: -14, volume: 2 }]) {
          const made = await finished(TAN_RATE, { ...options, format, sampleRate }, loud);
          const most = peak(decodeFile(made.file, made.extension));
          const limit = lossless(format) ? 0.892 : 1;
          assert.ok(most <= limit, `${sampleRate} Hz, ${JSON.stringify(options)}: ${most}`);
        }
      }
    });
  }
});

test('the gain never jumps, and silence stays silence', () => {
  const steady = new Float32Array(10 * TAN_RATE).fill(0);
  for (let i = 0; i < steady.length; i += 1) {
    const quiet = i < 3 * TAN_RATE || i > 7 * TAN_RATE;
    steady[i] = (quiet ? 0.01 : 0.3) * Math.sin((2 * Math.PI * 200 * i) / TAN_RATE);
  }
  const leveller = new LoudnessLeveller(TAN_RATE, -16);
  const out = concatenate([leveller.push(steady), leveller.end()]);
  assert.equal(out.length, steady.length);
  // Between two hops the gain may change by 1 dB in 1600 samples; a tone of 200 Hz steps by 8 % of its size at most.
  assert.ok(largestStep(out) <= 0.09 * peak(out), `${largestStep(out) / peak(out)}`);
  const silence = new LoudnessLeveller(TAN_RATE, -8);
  assert.equal(peak(concatenate([silence.push(new Float32Array(20000)), silence.end()])), 0);
});

test('the gain does not depend on the cuts', async () => {
  const sentences = spoken.get('sad')!;
  const whole = await finished(TAN_RATE, { loudness: -14 }, sentences, [1e9]);
  const cut = await finished(TAN_RATE, { loudness: -14 }, sentences, [1, 1599, 1600, 1601, 7]);
  assert.ok(cut.file.equals(whole.file));
});

function lossless(format: FormatName): boolean {
  return format === 'wav' || format === 'flac';
}

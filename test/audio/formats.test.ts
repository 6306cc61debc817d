import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FormatName, formatNames, formats, sampleRates } from '../../src/audio/formats.ts';
import { concatenate } from '../../src/float-arrays.ts';
import { decodeFile, decodeStream, probe } from './ffmpeg.ts';
import { finished, peak, resampled, signalToNoise } from './finished.ts';
import { TAN_RATE, tanSays } from './tan.ts';

/** Samples that a decoder returns before the audio, where the format has no way to say so. */
const priming: Readonly<Partial<Record<FormatName, number>>> = { aac: 1024 };

/** Samples that a decoder may return behind the audio: of a stream, and of a file. */
const tail: Readonly<Partial<Record<FormatName, readonly [stream: number, file: number]>>> = {
  mp3: [3 * 1152, 0],
  aac: [1024, 1024],
};

/** Signal to noise of the shipped voice at each format's own bit rate, in decibels, less than measured by a little. */
const fidelity: Readonly<Record<FormatName, number>> = { wav: 80, pcm: 80, flac: 80, mp3: 16, opus: 11, aac: 21 };

const [first, second] = await tanSays('今天天气真不错，我们一起去公园散步吧。春天来了，花儿都开了！');
const speech = concatenate([first!, second!]);
const loudest = peak(speech);
for (let i = 0; i < speech.length; i += 1) speech[i]! *= 0.65 / loudest;

suite('ffmpeg hears what was said', () => {
  for (const format of formatNames) {
    for (const sampleRate of formats[format].sampleRates) {
      test(`${format} at ${sampleRate} Hz`, async () => {
        const options = { format, sampleRate };
        const { stream, file, extension } = await finished(TAN_RATE, options, [speech]);
        const raw = ['-f', 's16le', '-ar', String(sampleRate)];
        const heard = {
          stream: decodeStream(stream, format === 'pcm' ? raw : []),
          file: format === 'pcm' ? decodeStream(file, raw) : decodeFile(file, extension),
        };
        // An Opus decoder's output is always at 48 kHz.
        const expected = resampled(speech, TAN_RATE, format === 'opus' ? 48000 : sampleRate);
        for (const kind of ['stream', 'file'] as const) {
          const audio = heard[kind].subarray(priming[format] ?? 0);
          const extra = tail[format]?.[kind === 'stream' ? 0 : 1] ?? 0;
          assert.ok(audio.length >= expected.length, `${kind}: ${audio.length} samples of ${expected.length}`);
          assert.ok(
            audio.length <= expected.length + extra,
            `${kind}: ${audio.length} samples, not ${expected.length}`,
          );
          const ratio = signalToNoise(expected, audio);
          assert.ok(ratio > fidelity[format], `${kind}: ${ratio.toFixed(1)} dB`);
          assert.ok(peak(audio) < 1, `${kind}: peak ${peak(audio)}`);
        }
        if (format === 'pcm') return;
        const { sample_rate, channels, codec_name } = probe(file, extension);
        assert.equal(sample_rate, String(format === 'opus' ? 48000 : sampleRate));
        assert.equal(channels, 1);
        assert.equal(codec_name, format === 'wav' ? 'pcm_s16le' : format);
      });
    }
  }
});

suite('bytes do not depend on the cuts, nor on what else is encoded', () => {
  for (const format of formatNames) {
    test(format, async () => {
      const options = { format, sampleRate: 24000 } as const;
      const whole = await finished(TAN_RATE, options, [speech], [speech.length]);
      const others = [
        await finished(TAN_RATE, options, [speech], [1, 777, 0, 12000, 3]),
        ...(await Promise.all([320, 5000].map((length) => finished(TAN_RATE, options, [speech], [length])))),
      ];
      for (const other of others) {
        assert.ok(other.stream.equals(whole.stream));
        assert.ok(other.file.equals(whole.file));
      }
    });
  }
});

suite('next to nothing is still a file', () => {
  for (const format of formatNames) {
    for (const length of [0, 1, 500]) {
      test(`${format} of ${length} samples`, async () => {
        const { file, extension, sampleRate } = await finished(TAN_RATE, { format }, [speech.slice(0, length)]);
        if (format === 'pcm') return void assert.equal(file.length, 2 * length);
        if (format === 'wav') return void assert.equal(file.length, 44 + 2 * length);
        // ffmpeg calls a FLAC or an Ogg without audio empty, and says so.
        if (length === 0 && format !== 'mp3' && format !== 'aac') return;
        // Too short for ffmpeg to tell by its content what it is.
        const heard = format === 'aac' ? decodeStream(file, ['-f', 'aac']) : decodeFile(file, extension);
        const audio = heard.subarray(priming[format] ?? 0);
        const expected = Math.round((length * (format === 'opus' ? 48000 : sampleRate)) / TAN_RATE);
        // It also does not cut what of a decoder's own delay would be left of an MP3 without audio.
        const extra = format === 'mp3' && length < 2 ? 529 : (tail[format]?.[1] ?? 0);
        assert.ok(audio.length >= expected && audio.length <= expected + extra, `${audio.length}`);
      });
    }
  }
});

test('every rate a caller may name has a format, and every default is one of the format', async () => {
  for (const format of formatNames) {
    for (const voiceRate of [...sampleRates, 11025, 32000, 96000]) {
      const { sampleRate } = await finished(voiceRate, { format }, [speech.slice(0, 100)]);
      const own = formats[format].sampleRates.includes(voiceRate);
      if (own) assert.equal(sampleRate, voiceRate);
      else if (sampleRate !== voiceRate) assert.ok(formats[format].sampleRates.includes(sampleRate));
    }
  }
});

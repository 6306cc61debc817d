import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFinisher } from '../../src/audio/finish.ts';
import { formatNames } from '../../src/audio/formats.ts';
import { WavEncoder } from '../../src/audio/wav.ts';
import { LangduError } from '../../src/errors.ts';

const speech = Float32Array.from({ length: 5000 }, (_, i) => 0.7 * Math.sin(i / 5) * Math.sin(i / 900));

test("a WAV at the voice's own rate is the samples as they are", async () => {
  const encoder = new WavEncoder(16000);
  const expected = Buffer.concat([encoder.start(), encoder.encode(speech)]);
  const finisher = await openFinisher(16000, {});
  const bytes = Buffer.concat([finisher.push(speech), finisher.end()]);
  assert.deepEqual(bytes, expected);
  assert.deepEqual(finisher.head(), encoder.header());
  assert.equal(finisher.seconds, 5000 / 16000);
  finisher.close();
  finisher.close();
});

test('what a format does not have is refused with what it has', async () => {
  const refused = async (voiceRate: number, options: object, code: string, says: RegExp) =>
    await assert.rejects(openFinisher(voiceRate, options), (error: unknown) => {
      assert.ok(error instanceof LangduError);
      assert.equal(error.code, code);
      assert.match(error.message, says);
      return true;
    });
  await refused(16000, { format: 'vorbis' }, 'format_unknown', /wav, pcm/);
  await refused(16000, { sampleRate: 11025 }, 'sample_rate_unsupported', /8000, 16000, 22050, 24000, 44100, 48000/);
  await refused(22050, { format: 'opus', sampleRate: 22050 }, 'sample_rate_unsupported', /8000, 16000, 24000, 48000/);
  await refused(16000, { bitrate: 64 }, 'bitrate_unsupported', /wav at 16000 Hz .* 64 kbit.*available: –/);
  await refused(16000, { format: 'mp3', bitrate: 65 }, 'bitrate_unsupported', /8, 16, 24, 32, 40, 48, 64, 80/);
  await refused(16000, { format: 'aac', bitrate: 97 }, 'bitrate_unsupported', /16–96/);
  await refused(16000, { format: 'opus', bitrate: 32.5 }, 'bitrate_unsupported', /6–256/);
  await refused(16000, { volume: 2.1 }, 'parameter_out_of_range', /volume must be between 0 and 2/);
  await refused(16000, { volume: Number.NaN }, 'parameter_out_of_range', /volume/);
});

test('the bytes of a stream belong to whoever takes them: giving their memory away changes nothing that comes after', async () => {
  for (const format of formatNames) {
    const write = async (giveAway: boolean) => {
      const file = await openFinisher(16000, { format });
      const parts: Uint8Array[] = [];
      const take = (bytes: Uint8Array) => {
        parts.push(bytes.slice());
        if (giveAway) structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
      };
      // The first has no sound: what a format begins with comes alone.
      for (const [from, to] of [
        [0, 0],
        [0, 40],
        [40, 2500],
        [2500, 5000],
      ] as const)
        take(file.push(speech.subarray(from, to)));
      take(file.end());
      parts.push(file.head() ?? new Uint8Array(0));
      file.close();
      return Buffer.concat(parts);
    };
    assert.deepEqual(await write(true), await write(false), format);
  }
});

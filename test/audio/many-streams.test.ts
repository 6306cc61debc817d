import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Finisher, openFinisher } from '../../src/audio/finish.ts';
import { formatNames } from '../../src/audio/formats.ts';
import { decodeFile } from './ffmpeg.ts';
import { largestStep } from './finished.ts';

const MEBIBYTE = 2 ** 20;
const tone = Float32Array.from({ length: 3200 }, (_, i) => 0.4 * Math.sin(i / 9));

/** One stream in three is ended, one is given up in its middle, one before its first sample. */
async function streams(format: (typeof formatNames)[number], count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const finisher = await openFinisher(16000, { format, sampleRate: i % 2 === 0 ? 16000 : 24000 });
    if (i % 3 < 2) finisher.push(tone);
    if (i % 3 === 0) {
      finisher.end();
      finisher.head();
    }
    finisher.close();
    finisher.close();
  }
}

suite('memory does not grow with the number of streams', () => {
  for (const format of formatNames) {
    test(format, async () => {
      const many = format === 'opus' ? 1500 : 400;
      await streams(format, many / 2);
      const before = process.memoryUsage();
      await streams(format, many);
      const after = process.memoryUsage();
      const grown = (after.rss - before.rss) / MEBIBYTE;
      // An AAC context kept is 0.4 MiB, a LAME more, an Opus encoder 0.03: any of them would be past this.
      assert.ok(grown < 32, `${grown.toFixed(1)} MiB`);
    });
  }
});

test('many at once do not disturb each other', async () => {
  for (const format of formatNames) {
    const alone = await openFinisher(16000, { format });
    const expected = Buffer.concat([alone.push(tone), alone.push(tone), alone.end()]);
    alone.close();
    const all: Finisher[] = await Promise.all(Array.from({ length: 40 }, () => openFinisher(16000, { format })));
    const heard = all.map((finisher) => [finisher.push(tone)]);
    all.forEach((finisher, i) => {
      if (i % 4 === 3) finisher.close();
      else heard[i]!.push(finisher.push(tone));
    });
    all.forEach((finisher, i) => {
      if (i % 4 === 3) return;
      assert.ok(Buffer.concat([...heard[i]!, finisher.end()]).equals(expected), `${format} ${i}`);
      finisher.close();
    });
  }
});

test('a stream that is closed takes nothing more', async () => {
  for (const format of ['mp3', 'opus', 'aac'] as const) {
    const finisher = await openFinisher(16000, { format });
    finisher.close();
    assert.throws(() => finisher.push(tone), /closed/, format);
  }
});

test('speech that is silent in between joins without a click in every format', async () => {
  const faded = tone.map((sample, i) => sample * Math.min(1, i / 64, (tone.length - 1 - i) / 64));
  for (const format of formatNames.filter((name) => name !== 'pcm')) {
    const finisher = await openFinisher(16000, { format });
    const parts = [finisher.push(faded, 'sentence')];
    for (let i = 0; i < 4; i += 1) {
      parts.push(finisher.push(new Float32Array(4000)), finisher.push(faded, 'sentence'));
    }
    parts.push(finisher.end());
    const file = Buffer.concat(parts);
    file.set(finisher.head() ?? [], 0);
    finisher.close();
    const step = largestStep(decodeFile(file, finisher.extension));
    // A tone of 0.4 steps by 0.044, and codecs add noise at its edges; a click would step by what the tone had come to.
    assert.ok(step < 0.15, `${format}: ${step}`);
  }
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SilenceTrimmer } from '../../src/audio/silence/trim.ts';
import { VoiceActivity } from '../../src/audio/silence/voice-activity.ts';
import { concatenate } from '../../src/float-arrays.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import type { SentenceTiming } from '../../src/speech.ts';
import { largestStep } from './finished.ts';
import { TAN_RATE } from './tan.ts';

const FRAME = TAN_RATE / 100;
const TEXT =
  '您好，您的快递已经到了，请在今天晚上八点之前到楼下的驿站领取。是四十四，还是十四？好的，谢谢，再见。发放费用，反复核实；书是输的，思是丝的！';

interface Sentence {
  /** Without the pause in front. */
  readonly samples: Float32Array;
  readonly timing: SentenceTiming;
}

async function tanSentences(emotion: string): Promise<Sentence[]> {
  const speaker = new LocalSpeaker(fileURLToPath(new URL('../../../voices', import.meta.url)), 'tan');
  try {
    const found: { parts: Float32Array[]; timing: SentenceTiming }[] = [];
    for await (const { samples, sentence, timing } of speaker.speak({ text: TEXT, emotion })) {
      if (timing !== undefined) found[sentence.index] = { parts: [], timing };
      found[sentence.index]!.parts.push(samples);
    }
    return found.map(({ parts, timing }) => ({
      samples: concatenate(parts).slice(Math.round(timing.lead * TAN_RATE)),
      timing,
    }));
  } finally {
    await speaker.close();
  }
}

const sentences = (await Promise.all(['neutral', 'sad', 'happy'].map(tanSentences))).flat();

function trimmed(parts: readonly { readonly samples: Float32Array; readonly ends?: boolean }[]): Float32Array {
  const trimmer = new SilenceTrimmer(TAN_RATE);
  const out = parts.map(({ samples, ends }) => trimmer.push(samples, ends ?? false));
  return concatenate([...out, trimmer.end()]);
}

/** What the voice does between words: a faint hum, as measured in `tan`, of a fixed seed. */
function hum(seconds: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * TAN_RATE) },
    (_, i) => 0.003 * Math.sin((2 * Math.PI * 90 * i) / TAN_RATE),
  );
}

test('every phone the voice says is kept, and only what is around them goes', () => {
  assert.ok(sentences.length >= 9);
  for (const { samples, timing } of sentences) {
    const out = trimmed([{ samples, ends: true }]);
    const phones = timing.phones.filter(({ symbol }) => !symbol.startsWith('#'));
    // One cut in front and one behind, the voice's own pauses being short: what is left is one stretch.
    const kept = placeOf(out, samples);
    assert.ok(kept.from <= phones[0]!.from * TAN_RATE + FRAME, `begins at ${kept.from}`);
    assert.ok(kept.to >= phones.at(-1)!.to * TAN_RATE - 2 * FRAME, `ends at ${kept.to} of ${samples.length}`);
    // What a last phone dies away in can be silence by its end.
    for (const [from, to] of [
      [0, kept.from],
      [kept.to, samples.length],
    ] as const) {
      for (let at = from; at + FRAME <= to; at += FRAME) {
        const power = samples.subarray(at, at + FRAME).reduce((sum, value) => sum + value * value, 0) / FRAME;
        assert.ok(10 * Math.log10(power) < -50, `${10 * Math.log10(power)} dB at ${at} were cut`);
      }
    }
  }
});

test('what goes from a sentence between two silences is the silences', () => {
  for (const { samples } of sentences) {
    const out = trimmed([{ samples: concatenate([hum(0.7), samples, hum(0.9)]), ends: true }]);
    const extra = (out.length - trimmed([{ samples, ends: true }]).length) / TAN_RATE;
    assert.ok(extra >= -0.02 && extra <= 0.17, `${extra} s`);
    assert.ok(largestStep(out) <= largestStep(samples), 'no click');
  }
});

suite('pauses', () => {
  const { samples } = sentences[0]!;
  const said = trimmed([{ samples, ends: true }]);

  test('a long one of the voice is shortened, without a click', () => {
    const out = trimmed([{ samples: concatenate([said, hum(2), said]), ends: true }]);
    const pause = (out.length - 2 * said.length) / TAN_RATE;
    assert.ok(pause > 0.1 && pause < 0.4, `${pause} s`);
    assert.ok(largestStep(out) <= largestStep(samples));
  });

  test('a short one stays, sample for sample', () => {
    const whole = concatenate([said, hum(0.1), said]);
    assert.deepEqual(trimmed([{ samples: whole, ends: true }]), whole);
  });

  test('one that was asked for stays, to the sample', () => {
    for (const zeros of [1, 2345, 4000, 50000]) {
      const pause = new Float32Array(zeros);
      const out = trimmed([
        { samples: concatenate([said, hum(0.8)]), ends: true },
        { samples: concatenate([pause, hum(0.8), said]), ends: true },
      ]);
      const longest = longestZeros(out);
      // A fade ends and begins on a zero, and so does the hum.
      assert.ok(longest >= zeros && longest <= zeros + 3, `${longest} of ${zeros}`);
    }
    const inside = trimmed([{ samples: concatenate([said, new Float32Array(32000), said]), ends: true }]);
    assert.ok(longestZeros(inside) >= 32000 - 2 * FRAME);
  });
});

test('silence alone leaves nothing, and nothing is nothing', () => {
  assert.equal(trimmed([{ samples: hum(3), ends: true }]).length, 0);
  assert.equal(trimmed([]).length, 0);
});

test('cuts change nothing', () => {
  const whole = concatenate(sentences.slice(0, 3).flatMap(({ samples }) => [hum(0.5), samples, hum(0.6)]));
  const pieces: { samples: Float32Array }[] = [];
  for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 31) % 1009) {
    pieces.push({ samples: whole.subarray(at, at + size) });
  }
  assert.deepEqual(trimmed(pieces), trimmed([{ samples: whole }]));
});

test('voices with a noisy silence are told from speech too, and at every rate', () => {
  for (const sampleRate of [8000, 16000, 24000, 48000]) {
    const activity = new VoiceActivity(sampleRate);
    let state = 1;
    const frames = (seconds: number, amplitude: number) =>
      Array.from({ length: 100 * seconds }, () =>
        activity.speech(
          Float32Array.from({ length: sampleRate / 100 }, () => {
            state = (Math.imul(state, 1664525) + 1013904223) | 0;
            return (amplitude * state) / 2 ** 31;
          }),
        ),
      );
    frames(4, 0.002);
    assert.ok(
      frames(1, 0.002).every((speech) => !speech),
      `${sampleRate}: noise of -59 dBFS`,
    );
    assert.ok(
      frames(1, 0.02).every((speech) => speech),
      `${sampleRate}: a weak consonant`,
    );
  }
});

/** Where a stretch stands in the samples it was cut from, by its middle, which no fade reaches. */
function placeOf(stretch: Float32Array, samples: Float32Array): { from: number; to: number } {
  const middle = stretch.length >> 1;
  for (let shift = 0; shift + stretch.length <= samples.length; shift += 1) {
    let same = 0;
    while (same < 400 && stretch[middle + same] === samples[shift + middle + same]) same += 1;
    if (same < 400) continue;
    for (let i = FRAME; i < stretch.length - FRAME; i += 1)
      assert.equal(stretch[i], samples[shift + i], 'a cut inside');
    return { from: shift, to: shift + stretch.length };
  }
  return assert.fail('not a stretch of the samples');
}

function longestZeros(samples: Float32Array): number {
  let longest = 0;
  let length = 0;
  for (const sample of samples) {
    length = sample === 0 ? length + 1 : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}

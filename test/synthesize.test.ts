import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { encode } from '../src/acoustic/encode.ts';
import { Level } from '../src/audio/level.ts';
import { type ErrorParams, LangduError } from '../src/errors.ts';
import { importModel } from '../src/importer/import.ts';
import { LocalSpeaker } from '../src/local-speaker.ts';
import { limits, type SpeechChunk, type SpeechRequest } from '../src/speech.ts';
import { acousticInput, resolveSettings } from '../src/voice/settings.ts';
import { goldenItem, largestDifference, shippedVoices, temporaryFolder } from './golden-data.ts';
import { deviation } from './importer/against-reference.ts';
import { type RandomModel, writeRandomModel } from './voices/random-model.ts';
import { nsf, smallAcoustic, smallVocoder } from './voices/small-voice.ts';

const TEXT = '今天天气不错，我们去公园散步吧。';

const tan = new LocalSpeaker(shippedVoices);
after(() => tan.close());

/** A voice without NSF, one with several speakers, and some that cannot read text; random. */
const others = temporaryFolder();
const small: RandomModel = {
  name: 'plain',
  acoustic: smallAcoustic({}, { speaker_list: 'F7,M7' }),
  vocoder: smallVocoder(),
  sampleRate: 16000,
  hop: 200,
};
for (const model of [
  small,
  { ...small, name: 'cantonese', acoustic: smallAcoustic({}, { language: 'ZhHK' }) },
  {
    ...small,
    name: 'bytes',
    acoustic: smallAcoustic({ using_byte: true }, { lfeat_type_list: 'byte_index,emo_category,speaker_category' }),
  },
  {
    ...small,
    name: 'driven',
    acoustic: smallAcoustic({ NSF: true, num_mels: 22 }),
    vocoder: smallVocoder({ nsf_params: nsf }),
  },
]) {
  const base = mkdtempSync(join(others, '.model-'));
  writeRandomModel(base, model);
  importModel(base, { out: others, precision: 'fp32' });
}
const random = new LocalSpeaker(others, 'plain');
after(() => random.close());

async function chunks(request: SpeechRequest, speaker = tan, signal?: AbortSignal): Promise<SpeechChunk[]> {
  const all: SpeechChunk[] = [];
  for await (const chunk of speaker.speak(request, { signal })) all.push(chunk);
  return all;
}

async function speak(request: Partial<SpeechRequest> = {}, speaker = tan): Promise<Float32Array> {
  return join32((await chunks({ text: TEXT, ...request }, speaker)).map(({ samples }) => samples));
}

function join32(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

suite('speech of a text', () => {
  test('sentence by sentence, in order, in pieces, each from silence to silence', async () => {
    const text = '你好。今天天气不错，我们去公园散步吧！\n真的吗？';
    const all = await chunks({ text });
    assert.deepEqual(
      [...new Set(all.map(({ sentence }) => text.slice(sentence.start, sentence.end).trim()))],
      ['你好。', '今天天气不错，我们去公园散步吧！', '真的吗？'],
    );
    const count = all.at(-1)!.sentence.index + 1;
    for (let index = 0; index < count; index += 1) {
      const pieces = all.filter(({ sentence }) => sentence.index === index);
      assert.deepEqual(
        pieces.map(({ last }) => last),
        pieces.map((_, piece) => piece === pieces.length - 1),
      );
      const samples = join32(pieces.map((piece) => piece.samples));
      assert.equal(samples[0], 0);
      assert.equal(Math.abs(samples.at(-1)!), 0);
      const spoken = samples.findIndex((value) => value !== 0);
      assert.ok(deviation(samples.subarray(spoken)) > 0.01, 'it is heard');
      // A pause leads every sentence but the first; a longer one after a line's end.
      assert.ok(Math.abs(spoken - [0, 4000, 8000][index]!) <= 2, `sentence ${index} starts at ${spoken}`);
    }
    assert.ok(all.every(({ sampleRate }) => sampleRate === 16000));
    assert.ok(all.length > count + 2, 'the long sentence comes in pieces');
  });

  test('a sentence sounds the same alone and among others', async () => {
    const alone = await speak({ text: '真的吗？' });
    const among = await chunks({ text: '你好。真的吗？再见。' });
    const same = join32(among.filter(({ sentence }) => sentence.index === 1).map(({ samples }) => samples));
    assert.deepEqual(same.subarray(same.length - alone.length), alone);
  });

  test('the same request gives the same bytes, from another speaker too', async () => {
    const fresh = new LocalSpeaker(shippedVoices);
    assert.deepEqual(await speak({ emotion: 'happy' }), await speak({ emotion: 'happy' }, fresh));
    await fresh.close();
  });

  test('what cannot be spoken is reported, at the place where it stands', async () => {
    const text = '你好。\u{1F600}\u{2FA1D}\n再见。\u{13000}';
    const all = await chunks({ text });
    const warnings = all.flatMap((chunk) => chunk.warnings);
    assert.ok(
      warnings.some((warning) => warning.text.includes('\u{13000}')),
      JSON.stringify(warnings),
    );
    for (const { start, end, text: skipped } of warnings) assert.equal(text.slice(start, end), skipped);
    await assert.rejects(chunks({ text: '\u{13000}\u{13001}' }), { code: 'text_unspeakable' });
    for (const empty of ['', ' \n\t\u3000']) await assert.rejects(chunks({ text: empty }), { code: 'text_empty' });
  });

  test('an abort ends it between two pieces', async () => {
    const controller = new AbortController();
    const heard: SpeechChunk[] = [];
    const reading = (async () => {
      for await (const chunk of tan.speak({ text: TEXT.repeat(20) }, { signal: controller.signal })) {
        heard.push(chunk);
        if (heard.length === 2) controller.abort();
      }
    })();
    await assert.rejects(reading, { code: 'cancelled' });
    assert.equal(heard.length, 2);
    await assert.rejects(chunks({ text: TEXT }, tan, AbortSignal.abort()), { code: 'cancelled' });
  });
});

suite('rate', () => {
  for (const rate of [0.25, 0.5, 2, 4]) {
    test(`${rate} makes speech ${1 / rate} times as long`, async () => {
      const ratio = (await speak({ rate })).length / (await speak()).length;
      assert.ok(Math.abs(ratio * rate - 1) < 0.05, `${ratio}`);
    });
  }

  test('1 is what is spoken without it', async () => {
    assert.deepEqual(await speak({ rate: 1 }), await speak());
  });
});

suite('pitch', () => {
  for (const pitch of [0.8, 1.2]) {
    // How faithfully is the network's affair: test/vocoder/source.test.ts holds the excitation to the exact factor.
    test(`of an NSF voice: about ${pitch} times the fundamental frequency, at the same pace`, async () => {
      const text = '妈妈慢慢地买了米和面，我们在门外面等着你们回来。';
      const [plain, changed] = await Promise.all([speak({ text }), speak({ text, pitch })]);
      assert.equal(changed.length, plain.length);
      const ratios = voicedRatios(plain, changed);
      assert.ok(ratios.length >= 8, `${ratios.length} voiced frames`);
      const median = ratios.sort((a, b) => a - b)[ratios.length >> 1]!;
      assert.ok(Math.abs(median / pitch - 1) < 0.1, `median ratio ${median} of ${ratios.length}`);
    });
  }

  test('1 is what is spoken without it', async () => {
    assert.deepEqual(await speak({ pitch: 1 }), await speak());
  });

  test('of another voice: through the predictor and nothing before it, as voice.json says', async () => {
    const { manifest, acoustic } = random.prepare('plain');
    assert.deepEqual(manifest.controls.pitch, { through: 'predictor', meanOverDeviation: 4.5 });
    const symbols = goldenItem('tiny', 'nihao_neutral')
      .symbols.split(' ')
      .map((token) => {
        const [sy, tone, syllableFlag, wordSegment] = token.slice(1, -1).split('$') as [string, string, string, string];
        return { sy, tone, syllableFlag, wordSegment, start: 0, end: 0 };
      });
    const at = (pitch: number) => {
      const settings = resolveSettings(manifest, { text: '', pitch });
      assert.equal(settings.f0, 1);
      return encode(acoustic, acousticInput(manifest, symbols, settings));
    };
    const [plain, raised] = [at(1), at(1.2)];
    for (const key of ['textHidden', 'pitch', 'energy', 'speaker', 'emotion'] as const) {
      assert.deepEqual(raised[key].data, plain[key].data, key);
    }
    assert.ok(largestDifference(raised.text.data, plain.text.data) > 1e-3);
    // A normalised pitch x becomes 1.2·x + 0.2·4.5, and pitch_emb, which is linear, passes on just that.
    const doubled = at(1.4).text.data;
    const predicted = raised.text.data.map((value, index) => 2 * value - plain.text.data[index]!);
    assert.ok(largestDifference(doubled, predicted) < 1e-5);
    assert.notDeepEqual(await speak({ pitch: 1.2 }, random), await speak({}, random));
    assert.deepEqual(await speak({ pitch: 1 }, random), await speak({}, random));
  });
});

suite('volume', () => {
  test('scales samples, and 0 is silence', async () => {
    const plain = await speak();
    assert.deepEqual(await speak({ volume: 1 }), plain);
    const half = await speak({ volume: 0.5 });
    assert.deepEqual(
      half,
      plain.map((value) => value * 0.5),
    );
    assert.ok((await speak({ volume: 0 })).every((value) => value === 0));
  });

  test('2 raises and never clips', async () => {
    const plain = await speak({ emotion: 'angry', intensity: 1.5 });
    const loud = await speak({ emotion: 'angry', intensity: 1.5, volume: 2 });
    const peak = (samples: Float32Array) => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(peak(plain) > 0.45, 'the limiter has something to do');
    assert.ok(peak(loud) <= 0.892, `${peak(loud)}`);
    assert.ok(deviation(loud) > 1.5 * deviation(plain));
    assert.equal(loud.length, plain.length);
    // The gain moves, between 1 and 2, and no sample comes at another time.
    plain.forEach((value, index) => {
      assert.ok(loud[index]! * Math.sign(value) >= Math.abs(value) - 1e-6, `${index}`);
      assert.ok(Math.abs(loud[index]!) <= 2 * Math.abs(value) + 1e-6, `${index}`);
    });
    const quiet = plain.map((value) => value * 0.5);
    assert.ok(2 * peak(quiet) < 0.89);
    assert.deepEqual(new Level(2, 16000).push(quiet.slice(), true), plain);
  });
});

suite('emotion', () => {
  test('every one of the voice sounds different', async () => {
    const { emotions } = tan.voices().find(({ name }) => name === 'tan')!;
    assert.ok(emotions.length >= 9);
    const spoken = await Promise.all(emotions.map((emotion) => speak({ emotion, text: '今天天气不错。' })));
    const distinct = new Set(spoken.map((samples) => Buffer.from(samples.buffer).toString('base64')));
    assert.equal(distinct.size, emotions.length);
    assert.deepEqual(await speak({ emotion: 'neutral' }), await speak());
  });

  test('intensity 1 is as trained, 0.01 nearly neutral, 2 beyond', async () => {
    assert.deepEqual(await speak({ emotion: 'sad', intensity: 1 }), await speak({ emotion: 'sad' }));
    const neutral = (await speak()).length;
    const trained = (await speak({ emotion: 'sad' })).length;
    const little = (await speak({ emotion: 'sad', intensity: 0.01 })).length;
    const half = (await speak({ emotion: 'sad', intensity: 0.5 })).length;
    assert.ok(Math.abs(little - neutral) <= 400, `${little} and ${neutral}`);
    assert.ok(Math.abs(trained - neutral) > 2000, 'sad has another tempo');
    assert.ok(
      (half - neutral) * Math.sign(trained - neutral) > 0 && Math.abs(half - neutral) < Math.abs(trained - neutral),
    );
  });

  test('intensity moves between neutral and the emotion in embedding space', () => {
    const { manifest, acoustic } = random.prepare('plain');
    const symbols = [{ sy: 'a_c', tone: 'tone1', syllableFlag: 's_both', wordSegment: 'word_both', start: 0, end: 1 }];
    const row = (emotion: string, intensity?: number) => {
      const settings = resolveSettings(manifest, { text: '', emotion, intensity });
      return encode(acoustic, acousticInput(manifest, symbols, settings)).emotion.data;
    };
    const [neutral, happy] = [row('neutral'), row('happy')];
    for (const intensity of [0.01, 0.5, 2]) {
      const expected = neutral.map((value, index) => value + intensity * (happy[index]! - value));
      const difference = largestDifference(row('happy', intensity), expected);
      assert.ok(difference < 1e-6, `${difference}`);
    }
    assert.deepEqual(row('happy', 1), happy);
    assert.ok(largestDifference(row('neutral', 2), neutral) < 1e-6);
  });
});

suite('seed', () => {
  test('changes the noise and nothing else', async () => {
    const [one, again, two] = await Promise.all([speak({ seed: 1 }), speak({ seed: 1 }), speak({ seed: 2 })]);
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, two);
    assert.equal(one.length, two.length);
    const likeness = correlation(loudness(one), loudness(two));
    assert.ok(likeness > 0.98, `loudness over time correlates by ${likeness}`);
    for (const seed of [limits.seed.min, limits.seed.max]) assert.equal((await speak({ seed })).length, one.length);
  });

  test('a request without one has its own, from its content', async () => {
    assert.notDeepEqual(await speak(), await speak({ seed: 0 }));
    assert.deepEqual(await speak(), await speak());
  });
});

suite('what a voice has not is refused with what it has', () => {
  const refused = async (request: Partial<SpeechRequest>, speaker = tan): Promise<LangduError> => {
    try {
      await chunks({ text: TEXT, ...request }, speaker);
    } catch (error) {
      assert.ok(error instanceof LangduError, String(error));
      return error;
    }
    return assert.fail('it was spoken');
  };
  const cases: [Partial<SpeechRequest>, string, ErrorParams][] = [
    [{ voice: 'ghost' }, 'voice_unknown', { voice: 'ghost', available: ['bytes', 'cantonese', 'driven', 'plain'] }],
    [
      { voice: '../plain' },
      'voice_unknown',
      { voice: '../plain', available: ['bytes', 'cantonese', 'driven', 'plain'] },
    ],
    [{ speaker: 'x' }, 'speaker_unknown', { voice: 'plain', speaker: 'x', available: ['F7', 'M7'] }],
    [
      { seed: 1 },
      'control_unsupported',
      { voice: 'plain', control: 'seed', available: ['rate', 'pitch', 'volume', 'emotion', 'intensity'] },
    ],
    [
      { voice: 'cantonese' },
      'language_unsupported',
      { voice: 'cantonese', language: 'ZhHK', supported: ['PinYin', 'Sichuan'] },
    ],
  ];
  for (const [request, code, params] of cases) {
    test(`${code}: ${JSON.stringify(request)}`, async () => {
      const error = await refused(request, random);
      assert.equal(error.code, code);
      assert.deepEqual(error.params, params);
      for (const name of Object.values(params).flat()) assert.ok(error.message.includes(String(name)), error.message);
    });
  }

  test('a voice of bytes reads no text', async () => {
    assert.equal((await refused({ voice: 'bytes' }, random)).code, 'language_unsupported');
  });

  test('an emotion that is not there', async () => {
    for (const emotion of ['smug', 'none', 'placeholder1', 'emotion_happy', 'calm']) {
      const error = await refused({ emotion });
      assert.equal(error.code, 'emotion_unknown');
      const { emotions } = tan.voices()[0]!;
      assert.deepEqual(error.params, { voice: 'tan', emotion, available: emotions });
      assert.match(error.message, /neutral, .*happy/);
    }
  });

  for (const name of ['intensity', 'rate', 'pitch', 'volume', 'seed'] as const) {
    test(`${name} beyond its limits`, async () => {
      const { min, max } = limits[name];
      for (const value of [min - 0.001, max + 0.001, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const error = await refused({ [name]: value });
        assert.equal(error.code, 'parameter_out_of_range');
        assert.deepEqual(error.params, { name, min, max, value });
      }
    });
  }

  test('at the limits it speaks', async () => {
    const text = '好。';
    for (const name of ['intensity', 'pitch', 'volume'] as const) {
      for (const value of [limits[name].min, limits[name].max]) {
        assert.ok((await speak({ text, [name]: value, emotion: 'happy' })).length > 1000);
      }
    }
  });

  test('another speaker is another voice', async () => {
    const first = await speak({ speaker: 'F7' }, random);
    assert.deepEqual(await speak({}, random), first);
    assert.notDeepEqual(await speak({ speaker: 'M7' }, random), first);
  });

  test('a seeded random NSF voice speaks too', async () => {
    const spoken = await speak({ voice: 'driven', seed: 3 }, random);
    assert.ok(spoken.every(Number.isFinite) && deviation(spoken) > 1e-3);
  });
});

/** Ratios of f0 in frames where both are clearly voiced; f0 by autocorrelation. */
function voicedRatios(a: Float32Array, b: Float32Array): number[] {
  const ratios: number[] = [];
  for (let start = 0; start + 640 <= a.length; start += 400) {
    const first = fundamental(a.subarray(start, start + 640), 120, 300);
    if (first === undefined) continue;
    const second = fundamental(b.subarray(start, start + 640), first * 0.6, first * 1.6);
    if (second !== undefined) ratios.push(second / first);
  }
  return ratios;
}

function fundamental(frame: Float32Array, lowest: number, highest: number): number | undefined {
  const energy = frame.reduce((sum, value) => sum + value * value, 0);
  if (energy / frame.length < 1e-3) return undefined;
  const at = (lag: number) => {
    let product = 0;
    let first = 0;
    let second = 0;
    for (let n = 0; n + lag < frame.length; n += 1) {
      product += frame[n]! * frame[n + lag]!;
      first += frame[n]! ** 2;
      second += frame[n + lag]! ** 2;
    }
    return product / Math.sqrt(first * second);
  };
  let best = 0;
  let height = 0.7;
  for (let lag = Math.floor(16000 / highest); lag <= 16000 / lowest; lag += 1) {
    const value = at(lag);
    if (value > height) {
      height = value;
      best = lag;
    }
  }
  if (best === 0) return undefined;
  // The peak of the parabola through its neighbours.
  const [left, right] = [at(best - 1), at(best + 1)];
  return 16000 / (best + (left - right) / (2 * (left - 2 * height + right)));
}

/** RMS of every 25 ms. */
function loudness(samples: Float32Array): number[] {
  return Array.from({ length: Math.floor(samples.length / 400) }, (_, frame) =>
    Math.sqrt(samples.subarray(frame * 400, (frame + 1) * 400).reduce((sum, value) => sum + value * value, 0) / 400),
  );
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = a.reduce((sum, value, index) => sum + (value - ma) * (b[index]! - mb), 0);
  return product / (a.length * deviation(a) * deviation(b));
}

suite('where a sentence is in the sound', () => {
  test('words and phones follow the durations, and their spans the text', async () => {
    const text = '今天气温是3.5度。我们去公园散步吧！';
    const heard = await chunks({ text, voice: 'tan' });
    const timed = heard.filter(({ timing }) => timing !== undefined);
    assert.equal(timed.length, 2);
    for (const { timing, sentence, sampleRate } of timed) {
      const { lead, seconds, words, phones } = timing!;
      const samples = heard
        .filter((chunk) => chunk.sentence.index === sentence.index)
        .reduce((sum, chunk) => sum + chunk.samples.length, 0);
      assert.ok(Math.abs(samples / sampleRate - lead - seconds) < 1e-3);
      assert.equal(lead > 0, sentence.index > 0);
      assert.equal(phones[0]!.from, 0);
      assert.equal(phones.at(-1)!.to, seconds);
      for (const [index, phone] of phones.slice(1).entries()) assert.equal(phone.from, phones[index]!.to);
      for (const word of words) {
        assert.ok(word.to > word.from && word.start >= sentence.start && word.end <= sentence.end);
      }
      assert.equal(words[0]!.start, sentence.start);
    }
    const number = timed[0]!.timing!.words.find((word) => word.text.includes('点'))!;
    assert.ok(text.slice(number.start, number.end).includes('3.5'));
  });

  test('from a later sentence the chunks are those of the whole', async () => {
    const request = { text: '第一句。\n第二句！第三句？', voice: 'tan' };
    const whole = await chunks(request);
    for (const fromSentence of [1, 2]) {
      const rest: SpeechChunk[] = [];
      for await (const chunk of tan.speak(request, { fromSentence })) rest.push(chunk);
      assert.deepEqual(
        rest,
        whole.filter(({ sentence }) => sentence.index >= fromSentence),
      );
    }
    const outlined = [];
    for await (const each of tan.outline(request)) outlined.push(each);
    assert.deepEqual(
      outlined.map(({ index, start, end }) => ({ index, start, end })),
      whole.filter(({ timing }) => timing !== undefined).map(({ sentence }) => sentence),
    );
    assert.ok(outlined.every(({ symbols }) => symbols > 4));
  });
});

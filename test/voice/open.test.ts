import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { importModel } from '../../src/importer/import.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import { openVoice } from '../../src/voice/open.ts';
import { findVoice, listVoices } from '../../src/voice/registry.ts';
import { encodeSymbols, parseTokens } from '../../src/voice/symbol-ids.ts';
import { importGolden, temporaryFolder } from '../golden-data.ts';
import { writeRandomModel } from '../voices/random-model.ts';
import { smallAcoustic, smallVocoder } from '../voices/small-voice.ts';

const imported = importGolden(['tiny', 'tiny-nsf']);
const folder = temporaryFolder();

/** A copy of a package to damage. */
function copy(): string {
  const target = join(mkdtempSync(join(folder, 'voices-')), 'tiny');
  cpSync(join(imported, 'tiny'), target, { recursive: true });
  return target;
}

suite('a package that is not what was written is refused, and the message says what is wrong', () => {
  const edit = (change: (manifest: Record<string, unknown>) => void) => (target: string) => {
    const path = join(target, 'voice.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };
  const cases: [string, (target: string) => void, RegExp][] = [
    ['a graph is missing', (target) => rmSync(join(target, 'step.onnx')), /step\.onnx is missing/],
    [
      'a graph has changed',
      (target) => writeFileSync(join(target, 'vocoder-2.onnx'), 'x'),
      /vocoder-2\.onnx is not the file that voice\.json was written for/,
    ],
    ['voice.json is missing', (target) => rmSync(join(target, 'voice.json')), /voice\.json cannot be read/],
    ['voice.json is no JSON', (target) => writeFileSync(join(target, 'voice.json'), '{'), /voice\.json cannot be read/],
    [
      'of another schema',
      edit((manifest) => {
        manifest.schema = 99;
      }),
      /voice\.json: \/schema is 99.*import the voice again/,
    ],
    [
      'without a rate',
      edit((manifest) => {
        delete manifest.sampleRate;
      }),
      /sampleRate/,
    ],
    [
      'speakers that are none',
      edit((manifest) => {
        manifest.speakers = [];
      }),
      /voice\.json: \/speakers/,
    ],
  ];
  for (const [name, damage, problem] of cases) {
    test(name, () => {
      const target = copy();
      damage(target);
      assert.throws(() => openVoice(target), { code: 'voice_broken', message: problem });
    });
  }
});

suite('the registry', () => {
  test('lists by name, and finds by name or the default', () => {
    assert.deepEqual(
      listVoices(imported).map(({ name }) => name),
      ['tiny', 'tiny-nsf'],
    );
    assert.equal(findVoice(imported, undefined).name, 'tiny');
    assert.equal(findVoice(imported, 'tiny-nsf').manifest.name, 'tiny-nsf');
    assert.throws(() => findVoice(join(folder, 'ghost'), undefined), { code: 'voice_unknown' });
  });

  test('a path is no name: whoever asks cannot reach other folders', () => {
    const base = mkdtempSync(join(folder, 'paths-'));
    for (const name of ['inside', '.hidden', 'inside/deeper']) {
      cpSync(join(imported, 'tiny'), join(base, 'voices', name), { recursive: true });
    }
    cpSync(join(imported, 'tiny'), join(base, 'outside'), { recursive: true });
    const absolute = join(imported, 'tiny-nsf');
    for (const wanted of [absolute, '../outside', '..', '.', '', '.hidden', 'inside/deeper', './inside', 'x']) {
      assert.throws(
        () => findVoice(join(base, 'voices'), wanted),
        { code: 'voice_unknown', params: { voice: wanted, available: ['inside'] } },
        wanted,
      );
    }
  });

  test('a damaged package is passed over, and refused where it is asked for', () => {
    const base = join(copy(), '..');
    cpSync(join(imported, 'tiny-nsf'), join(base, 'other'), { recursive: true });
    writeFileSync(join(base, 'tiny', 'voice.json'), '{}');
    const heard: string[] = [];
    assert.deepEqual(
      listVoices(base, (error) => heard.push(error.code)).map(({ name }) => name),
      ['other'],
    );
    assert.deepEqual(heard, ['voice_broken']);
    assert.equal(findVoice(base, undefined).name, 'other');
    assert.throws(() => findVoice(base, 'tiny'), { code: 'voice_broken' });
  });

  test('a manifest is read anew once its file changes', () => {
    const target = copy();
    const first = findVoice(join(target, '..'), 'tiny').manifest;
    assert.equal(findVoice(join(target, '..'), 'tiny').manifest, first);
    utimesSync(join(target, 'voice.json'), new Date(), new Date(Date.now() + 5000));
    assert.notEqual(findVoice(join(target, '..'), 'tiny').manifest, first);
  });
});

suite('a speaker', () => {
  const speech = async (speaker: LocalSpeaker, voice: string) => {
    const parts: number[] = [];
    for await (const { samples } of speaker.speak({ text: '你好。', voice }))
      for (const value of samples) parts.push(value);
    return parts;
  };

  test('speaks with the new package once it has been imported again', async () => {
    const base = mkdtempSync(join(folder, 'again-'));
    const out = join(base, 'out');
    const make = (seed: number) => {
      const model = { name: 'v', acoustic: smallAcoustic(), vocoder: smallVocoder(), sampleRate: 16000, seed };
      writeRandomModel(join(base, 'in'), model);
      importModel(join(base, 'in'), { out, precision: 'fp32' });
      utimesSync(join(out, 'v', 'voice.json'), new Date(), new Date(1e12 + 1000 * seed));
    };
    make(0);
    const speaker = new LocalSpeaker(out);
    const before = await speech(speaker, 'v');
    assert.deepEqual(await speech(speaker, 'v'), before);
    make(1);
    const after = await speech(speaker, 'v');
    assert.notDeepEqual(after, before);
    assert.deepEqual(after, await speech(new LocalSpeaker(out), 'v'));
    await speaker.close();
  });

  test('reads text for a Sichuan voice', async () => {
    const base = mkdtempSync(join(folder, 'sichuan-'));
    const acoustic = smallAcoustic({}, { language: 'Sichuan', speaker_list: 'xiaoyue' });
    writeRandomModel(base, { name: 'yue', acoustic, vocoder: smallVocoder(), sampleRate: 16000 });
    importModel(base, { out: join(base, 'out'), precision: 'fp16' });
    const speaker = new LocalSpeaker(join(base, 'out'));
    assert.ok((await speech(speaker, 'yue')).length > 4000);
    assert.equal(speaker.voices()[0]!.language, 'Sichuan');
    await speaker.close();
  });
});

suite('a symbol line', () => {
  const { manifest } = findVoice(imported, 'tiny');
  const good = '{n_c$tone2$s_begin$word_begin$emotion_neutral$F7}';

  test('becomes ids, whatever white space stands between its tokens', () => {
    const tokens = parseTokens(manifest, `\n ${good}\t${good}  ${good}\r\n`);
    const ids = encodeSymbols(manifest, tokens);
    assert.equal(ids.length, 18);
    for (let field = 0; field < 6; field += 1) assert.equal(ids[3 * field], ids[3 * field + 2]);
    const tables = manifest.symbols.tables;
    assert.deepEqual(
      [ids[0], ids[3], ids[12]],
      [tables.sy!.indexOf('n_c'), tables.tone!.indexOf('tone2'), tables.emo_category!.indexOf('emotion_neutral')],
    );
  });

  test('is refused where it is wrong', () => {
    for (const [line, position] of [
      ['', 1],
      ['  ', 1],
      [`${good} n_c`, 2],
      [`${good} ${good} {n_c$tone2}`, 3],
      [`${good.slice(0, -1)}`, 1],
      [`{${good}}`, 1],
    ] as const) {
      const malformed = (error: { code?: string; params?: { position?: number } }) =>
        ['symbol_malformed', 'symbol_unknown'].includes(error.code ?? '') && error.params?.position === position;
      assert.throws(() => encodeSymbols(manifest, parseTokens(manifest, line)), malformed, line);
    }
    for (const [from, to, field] of [
      ['n_c', 'n_x', 'sy'],
      ['tone2', 'tone9', 'tone'],
      ['s_begin', 's_start', 'syllable_flag'],
      ['word_begin', '__proto__', 'word_segment'],
      ['emotion_neutral', 'neutral', 'emo_category'],
      ['F7', 'f7', 'speaker_category'],
    ] as const) {
      const wrong = good.replace(from, to);
      assert.throws(() => encodeSymbols(manifest, parseTokens(manifest, `${good} ${wrong}`)), {
        code: 'symbol_unknown',
        params: { position: 2, field, value: to },
      });
    }
  });
});

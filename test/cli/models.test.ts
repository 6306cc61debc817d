import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { decodeNpy, encodeNpy } from '../../src/npy.ts';
import { goldenArrays, goldenFolder, goldenItem, largestDifference, temporaryFolder } from '../golden-data.ts';
import { langdu } from './run.ts';

const folder = temporaryFolder();
const voices = join(folder, 'voices');

suite('langdu import, voices, trace', () => {
  test('imports a model and says what it left out', async () => {
    const ran = await langdu(['import', goldenFolder('tiny-nsf'), '--out', voices]);
    assert.equal(ran.code, 0, ran.stderr);
    const text = ran.stdout.toString();
    assert.match(text, /^tiny-nsf: .*tiny-nsf \(\d\.\d MiB\), \d+ keys ignored\n/);
    assert.match(text, /params\.encoder_dropout: only training drops out\n/);
    assert.deepEqual(readdirSync(voices), ['tiny-nsf']);
  });

  test('takes a name, a card and a precision, and prints JSON', async () => {
    const card = join(folder, 'card.json');
    writeFileSync(card, JSON.stringify({ emotions: ['happy', 'neutral'], licence: 'CC0', credit: '某人' }));
    const args = ['import', goldenFolder('tiny'), '--voice', '小', '--card', card, '--precision', 'fp16', '--json'];
    const ran = await langdu([...args, '--out', voices]);
    assert.equal(ran.code, 0, ran.stderr);
    const [voice] = JSON.parse(ran.stdout.toString()) as { name: string; folder: string; ignored: unknown[] }[];
    assert.deepEqual([voice!.name, voice!.folder], ['小', join(voices, '小')]);
    assert.ok(voice!.ignored.length > 0);
  });

  test('lists voices for people and for programs', async () => {
    const json = await langdu(['voices', '--json', '--voices', voices]);
    assert.equal(json.code, 0);
    const listed = JSON.parse(json.stdout.toString()) as { name: string; emotions: string[]; controls: string[] }[];
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['tiny-nsf', '小'],
    );
    assert.deepEqual(listed[1], {
      name: '小',
      language: 'PinYin',
      sampleRate: 16000,
      speakers: ['F7'],
      emotions: ['neutral', 'happy'],
      controls: ['rate', 'pitch', 'volume', 'emotion', 'intensity'],
      description: '',
      licence: 'CC0',
      credit: '某人',
    });
    assert.ok(listed[0]!.controls.includes('seed'));
    const text = (await langdu(['voices'], { env: { LANGDU_VOICES: voices } })).stdout.toString();
    assert.match(text, /^tiny-nsf {2}PinYin, 16000 Hz\n {2}speakers: F7, F74, .*\n {2}emotions: neutral, /);
    const none = await langdu(['voices', '--voices', join(folder, 'ghost')]);
    assert.deepEqual([none.code, none.stdout.length], [0, 0]);
    assert.match(none.stderr, /no voices in .*ghost; langdu import makes them/);
  });

  test('traces a symbol line to .npy files that equal the golden ones', async () => {
    const golden = goldenArrays('tiny-nsf', 'nihao_sad');
    const excitation = join(folder, 'excitation.npy');
    writeFileSync(excitation, encodeNpy(golden.get('excitation')!));
    const out = join(folder, 'trace');
    const { symbols } = goldenItem('tiny-nsf', 'nihao_sad');
    const args = ['trace', '--voices', voices, '--voice', 'tiny-nsf', '--symbols', symbols, '--out', out];
    const ran = await langdu([...args, '--excitation', excitation]);
    assert.equal(ran.code, 0, ran.stderr);
    const names = ['ids', 'text_hidden', 'duration', 'log_duration', 'pitch', 'energy', 'decoder', 'mel', 'wav'];
    assert.deepEqual(readdirSync(out).sort(), names.map((name) => `${name}.npy`).sort());
    for (const name of names) {
      const written = readFileSync(join(out, `${name}.npy`));
      const { shape, data } = decodeNpy(written, name);
      assert.deepEqual(shape, golden.get(name)!.shape, name);
      const tolerance = name === 'wav' ? 1e-3 : name === 'ids' || name === 'duration' ? 0 : 2e-4;
      assert.ok(largestDifference(data, golden.get(name)!.data) <= tolerance, name);
      const integers = name === 'ids' || name === 'duration';
      assert.match(written.toString('latin1', 0, 60), integers ? /'<i4'/ : /'<f4'/);
    }
    assert.match(ran.stdout.toString(), /^ids \[6, 10\]\ntext_hidden \[10, 8\]\n/);
  });

  test('traces the first line of a file, with or without its id', async () => {
    const { symbols } = goldenItem('tiny', 'a_neutral');
    for (const [index, text] of [symbols, `a_neutral\t${symbols}\nanother\t{}`].entries()) {
      const file = join(folder, `line-${index}.txt`);
      const out = join(folder, `trace-${index}`);
      writeFileSync(file, text);
      const ran = await langdu(['trace', '--voice', join(voices, '小'), '--symbols', file, '--out', out]);
      assert.equal(ran.code, 0, ran.stderr);
      const duration = decodeNpy(readFileSync(join(out, 'duration.npy')), 'duration').data;
      assert.deepEqual(duration, goldenArrays('tiny', 'a_neutral').get('duration')!.data);
    }
  });
});

suite('langdu import, voices, trace, refused', () => {
  const { symbols } = goldenItem('tiny', 'a_neutral');
  const traced = (line: string, ...more: string[]) => [
    ...['trace', '--voices', voices, '--voice', '小', '--symbols', line, '--out', join(folder, 'refused')],
    ...more,
  ];
  const short = join(folder, 'short.npy');
  writeFileSync(short, encodeNpy({ shape: [5], data: new Float32Array(5) }));
  const cards: [string, RegExp][] = [
    ['{', /Cannot read .*wrong\.json/],
    ['[]', /expected an object/],
    ['{"emotions": []}', /emotions should be a list of names/],
    ['{"emotions": ["smug"]}', /there is no emotion smug/],
    ['{"author": "x"}', /author is not one of emotions, description, licence, credit/],
    ['{"licence": 3}', /licence should be a text/],
  ];
  for (const [content, message] of cards) {
    test(`a card that says ${content}`, async () => {
      const card = join(folder, 'wrong.json');
      writeFileSync(card, content);
      const ran = await langdu(['import', goldenFolder('tiny'), '--out', join(folder, 'no'), '--card', card]);
      assert.equal(ran.code, 3, ran.stderr);
      assert.match(ran.stderr, message);
      assert.ok(!existsSync(join(folder, 'no', 'tiny')));
    });
  }

  const cases: [string, string[], number, RegExp][] = [
    ['a folder that is none', ['import', join(folder, 'ghost')], 3, /is not a folder.* \[import_failed\]/],
    ['a precision that is none', ['import', folder, '--precision', 'int4'], 2, /Allowed choices are fp32, fp16, int8/],
    [
      'a bound without int8',
      ['import', goldenFolder('tiny'), '--int8-bound', '1', '--out', folder],
      3,
      /--int8-bound goes with --precision int8/,
    ],
    [
      'a symbol that the voice has not',
      traced(symbols.replace(/tone\d/, 'tone9')),
      3,
      /has tone "tone9", which this voice does not know/,
    ],
    ['a token of too few fields', traced('{a_c$tone1}'), 3, /Token 1 .* should be \{sy\$tone\$/],
    ['a line that is empty', traced('{}'), 3, /Token 1/],
    ['a file that is not there', traced(join(folder, 'ghost.txt')), 3, /Cannot read .*ghost\.txt/],
    ['an excitation for a voice without source', traced(symbols, '--excitation', short), 3, /has no source/],
    ['no line at all', ['trace', '--out', folder], 2, /required option '--symbols/],
  ];
  for (const [name, args, code, message] of cases) {
    test(`${name}: exit code ${code}`, async () => {
      const ran = await langdu(args);
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, message);
      assert.equal(ran.stdout.length, 0);
    });
  }

  test('an excitation of another length', async () => {
    const { symbols: line } = goldenItem('tiny-nsf', 'a_neutral');
    const args = ['trace', '--voice', join(voices, 'tiny-nsf'), '--symbols', line, '--out', join(folder, 'refused')];
    const ran = await langdu([...args, '--excitation', short]);
    assert.equal(ran.code, 3);
    assert.match(ran.stderr, /the excitation has 5 samples; this line has 3400/);
  });
});

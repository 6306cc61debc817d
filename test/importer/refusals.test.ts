import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { stringify } from 'yaml';
import { LangduError } from '../../src/errors.ts';
import { type ImportOptions, importModel } from '../../src/importer/import.ts';
import type { Tree } from '../../src/importer/params.ts';
import { encodeNpy } from '../../src/npy.ts';
import { listVoices } from '../../src/voice/registry.ts';
import { temporaryFolder } from '../golden-data.ts';
import { type RandomModel, type StoredTensor, writeRandomModel } from '../voices/random-model.ts';
import { nsf, smallAcoustic, smallVocoder } from '../voices/small-voice.ts';

const folder = temporaryFolder();

const tiny: RandomModel = {
  name: 'small',
  acoustic: smallAcoustic(),
  vocoder: smallVocoder({ channels: 8, upsample_scales: [2, 2], upsample_kernal_sizes: [4, 4] }),
  sampleRate: 16000,
  hop: 4,
};

/** Writes a model, lets `change` at its folder, and says what importing it says. */
function refusal(model: Partial<RandomModel>, change?: (base: string, voice: string) => void): string {
  const base = mkdtempSync(join(folder, 'refused-'));
  writeRandomModel(base, { ...tiny, ...model });
  change?.(base, join(base, 'voices', 'small'));
  return refusalOf(base);
}

function refusalOf(base: string, options: Partial<ImportOptions> = {}): string {
  const out = join(base, 'out');
  try {
    importModel(base, { out, precision: 'fp32', ...options });
  } catch (error) {
    assert.ok(error instanceof LangduError, String(error));
    assert.equal(error.code, 'import_failed', error.message);
    assert.deepEqual(present(out), [], 'nothing is left behind');
    return error.message;
  }
  return assert.fail('it was imported');
}

function present(out: string): string[] {
  try {
    return readdirSync(out);
  } catch {
    return [];
  }
}

function mending(part: 'am' | 'voc', change: (state: Map<string, StoredTensor>) => void): Partial<RandomModel> {
  return { mend: (which, state) => (which === part ? change(state) : undefined) };
}

const dropped = (key: string) => (state: Map<string, StoredTensor>) => assert.ok(state.delete(key), key);

suite('a checkpoint that does not fit stops the import, and the message says where', () => {
  for (const [part, key] of [
    ['am', 'mel_decoder.mel_dec.pnca.1.pnca_attn.fc_h.bias'],
    ['am', 'variance_adaptor.duration_predictor.lstm.weight_hh_l1'],
    ['am', 'text_encoder.tone_emb.weight'],
    ['am', 'mel_postnet.fc.bias'],
    ['voc', 'conv_blocks.3.convs2.1.conv1d.weight_v'],
    ['voc', 'transpose_upsamples.1.1.deconv.bias'],
  ] as const) {
    test(`missing: ${key}`, () => {
      const message = refusal(mending(part, dropped(key)));
      assert.ok(message.includes(`${key} is missing`), message);
      assert.ok(message.includes(part === 'am' ? 'checkpoint_10.pth' : 'checkpoint_20.pth'), message);
    });

    test(`misshapen: ${key}`, () => {
      let shape: readonly number[] = [];
      const message = refusal(
        mending(part, (state) => {
          shape = state.get(key)!.shape;
          const wide = shape.with(-1, shape.at(-1)! + 1);
          const size = wide.reduce((product, extent) => product * extent, 1);
          state.set(key, { shape: wide, data: new Float32Array(size) });
        }),
      );
      assert.ok(message.includes(`${key} has shape [${shape.with(-1, shape.at(-1)! + 1)}]`), message);
      assert.ok(message.includes(`expected [${shape}]`), message);
    });
  }

  test('another rank', () => {
    const key = 'emo_tokenizer.weight';
    const message = refusal(mending('am', (state) => state.set(key, { shape: [216], data: new Float32Array(216) })));
    assert.match(message, /emo_tokenizer\.weight has shape \[216\], expected 2 dimensions/);
  });

  test('a table with rows of another language', () => {
    const message = refusal({ acoustic: smallAcoustic({}, { language: 'Sichuan' }) }, (_, voice) =>
      writeFileSync(join(voice, 'am/config.yaml'), stringify(smallAcoustic({}, { language: 'PinYin' }))),
    );
    assert.match(message, /text_encoder\.sy_emb\.weight has \d+ rows, expected 147 \(146 without the mask symbol\)/);
  });

  for (const [label, value] of [
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
  ] as const) {
    test(`${label} among the weights`, () => {
      const key = 'mel_decoder.mel_dec.dec_out_proj.weight';
      const message = refusal(
        mending('am', (state) => {
          state.get(key)!.data[17] = value;
        }),
      );
      assert.ok(message.includes(`${key} holds ${label} at position 17`), message);
    });
  }

  test('weights that are numbers, and speech that is not: the self-test sees it', () => {
    const message = refusal(
      mending('am', (state) => state.get('mel_decoder.mel_dec.dec_out_proj.weight')!.data.fill(3e38)),
    );
    assert.match(message, /samples that are not numbers/);
  });

  test('a key that nothing uses', () => {
    const message = refusal({ extraKeys: { 'mel_decoder.mel_dec.pnca.2.pos_ffn.w_3.weight': [2, 3] } });
    assert.match(
      message,
      /nothing in the configuration uses mel_decoder\.mel_dec\.pnca\.2\.pos_ffn\.w_3\.weight \[2,3\]/,
    );
  });

  test('a configuration of fewer layers than the checkpoint', () => {
    const message = refusal({}, (_, voice) =>
      writeFileSync(join(voice, 'am/config.yaml'), stringify(smallAcoustic({ encoder_num_layers: 1 }))),
    );
    assert.match(message, /nothing in the configuration uses text_encoder\.ling_enc\.fft\.1\./);
  });

  test('a configuration of other sizes than the checkpoint', () => {
    const message = refusal({}, (_, voice) =>
      writeFileSync(join(voice, 'am/config.yaml'), stringify(smallAcoustic({ decoder_num_units: 16 }))),
    );
    assert.match(message, /mel_decoder\.mel_dec\..* has shape \[.*\], expected \[/);
  });

  test('a position table that was trained', () => {
    const message = refusal(
      mending('am', (state) => {
        state.get('text_encoder.ling_enc.position_enc.position_enc')!.data[100]! += 0.5;
      }),
    );
    assert.match(message, /position_enc is not the sinusoidal table: .* at position 100/);
  });

  test('a state dict that is not there', () => {
    const base = mkdtempSync(join(folder, 'refused-'));
    writeRandomModel(base, tiny);
    const voice = join(base, 'voices', 'small');
    renameSync(join(voice, 'am/ckpt/checkpoint_10.pth'), join(voice, 'voc/ckpt/checkpoint_21.pth'));
    writeRandomModel(base, tiny);
    assert.throws(() => importModel(base, { out: join(base, 'out'), precision: 'fp32' }), {
      code: 'checkpoint_invalid',
      message: /has no 'model\.generator'|has no "model\.generator"|model\.generator/,
    });
  });
});

suite('a configuration that says something else stops the import, and the message says what', () => {
  const acoustic: [Tree, RegExp][] = [
    [{ outputs_per_step: 'three' }, /outputs_per_step should be a whole number of at least 1, got "three"/],
    [{ outputs_per_step: 0 }, /outputs_per_step should be a whole number of at least 1, got 0/],
    [{ outputs_per_step: 2.5 }, /outputs_per_step .* got 2\.5/],
    [{ decoder_num_units: undefined }, /decoder_num_units is missing/],
    [{ decoder_prenet_units: 12 }, /decoder_prenet_units should be a list of whole numbers, got 12/],
    [{ decoder_num_heads: 5 }, /decoder_num_heads should be a divisor of decoder_num_units \(12\), got 5/],
    [{ postnet_shift: [3] }, /postnet_shift should be a whole number or a list of 2, got \[3\]/],
    [{ postnet_shift: 5 }, /postnet_shift should be at most 4, got 5/],
    [{ postnet_filter_size: 10 }, /postnet_filter_size should be odd/],
    [{ embedding_dim: 17 }, /embedding_dim should be an even number/],
    [{ NSF: 'maybe' }, /NSF should be true or false, got "maybe"/],
    [{ NSF: true, nsf_norm_type: 'log' }, /nsf_norm_type should be mean_std or global, got "log"/],
    [{ NSF: true }, /NSF: true and the vocoder no nsf_params/],
  ];
  for (const [params, expected] of acoustic) {
    test(`am: ${JSON.stringify(params)}`, () => {
      const config = stringify(smallAcoustic(params));
      const message = refusal({}, (_, voice) => {
        writeFileSync(join(voice, 'am/config.yaml'), config);
        writeFileSync(join(voice, 'am/mvn.npy'), encodeNpy({ shape: [2, 1], data: Float32Array.of(200, 50) }));
      });
      assert.match(message, expected);
      assert.match(message, /am\/config\.yaml|do not belong together/);
    });
  }

  const unit: [Tree, RegExp][] = [
    [{ language: 'Klingon' }, /language should be one of PinYin, Sichuan, ZhHK, WuuShanghai, got "Klingon"/],
    [{ speaker_list: 'F7,F7' }, /speaker_list should be different names/],
    [{ speaker_list: '' }, /speaker_list should be a text, got ""/],
    [{ speaker_list: 7 }, /speaker_list should be a text, got 7/],
    [{ lfeat_type_list: 'sy,tone' }, /lfeat_type_list should be sy,tone,syllable_flag.*, got "sy,tone"/],
  ];
  for (const [changes, expected] of unit) {
    test(`linguistic_unit: ${JSON.stringify(changes)}`, () => {
      const config = stringify(smallAcoustic({}, changes));
      assert.match(
        refusal({}, (_, voice) => writeFileSync(join(voice, 'am/config.yaml'), config)),
        expected,
      );
    });
  }

  const scales = { channels: 8, upsample_scales: [2, 2], upsample_kernal_sizes: [4, 4] };
  const vocoder: [Tree, RegExp][] = [
    [{ upsample_kernal_sizes: [4] }, /upsample_kernal_sizes should be a list of 2/],
    [{ upsample_kernal_sizes: [4, 1] }, /upsample_kernal_sizes should be at least the scale/],
    [{ channels: 3 }, /channels should be at least 4, got 3/],
    [{ kernel_size: 6 }, /kernel_size.* should be odd, got 6/],
    [{ resblock_kernel_sizes: [3, 4] }, /resblock_kernel_sizes should be odd, got 4/],
    [{ resblock_dilations: [[1]] }, /resblock_dilations should be one list for each resblock kernel/],
    [{ causal: 'maybe' }, /causal should be true or false, got "maybe"/],
    [{ nonlinear_activation: 'ELU' }, /nonlinear_activation should be LeakyReLU, got "ELU"/],
    [{ nsf_params: nsf }, /the vocoder has nsf_params and the acoustic model no NSF/],
    [{ nsf_params: 7 }, /nsf_params should be a mapping, got 7/],
    [{ in_channels: 21 }, /conv_pre\.conv1d\.weight_v has shape \[8,20,7\], expected \[8,21,7\]/],
  ];
  for (const [params, expected] of vocoder) {
    test(`voc: ${JSON.stringify(params)}`, () => {
      const config = stringify(smallVocoder({ ...scales, ...params }));
      assert.match(
        refusal({}, (_, voice) => writeFileSync(join(voice, 'voc/config.yaml'), config)),
        expected,
      );
    });
  }

  test('an acoustic model and a vocoder that do not meet', () => {
    const vocoder = smallVocoder({ ...scales, in_channels: 24 });
    assert.match(refusal({ vocoder }), /yields 20 mel columns and the vocoder takes 24/);
  });

  test('an NSF excitation whose rates cannot be had', () => {
    const odd = { channels: 8, upsample_scales: [2, 3], upsample_kernal_sizes: [4, 6], nsf_params: nsf };
    const message = refusal({ acoustic: smallAcoustic({ NSF: true, num_mels: 22 }), vocoder: smallVocoder(odd) });
    assert.match(message, /upsample_scales should be even products of the later scales/);
  });

  test('YAML that is none', () => {
    const write = (text: string) => (_: string, voice: string) => writeFileSync(join(voice, 'am/config.yaml'), text);
    assert.match(refusal({}, write('a: [1')), /am\/config\.yaml is not valid/);
    assert.match(refusal({}, write('- a')), /am\/config\.yaml should hold a mapping/);
    assert.match(refusal({}, write('Model: {}')), /am\/config\.yaml has no Model\.KanTtsSAMBERT\.params/);
    assert.match(refusal({}, write(`a: ${'x'.repeat(2 ** 20)}`)), /larger than 1048576 bytes/);
  });

  test('sampling rates that disagree', () => {
    const message = refusal({}, (base) =>
      writeFileSync(join(base, 'configuration.json'), '{"model": {"sample_rate": 24000}}'),
    );
    assert.match(
      message,
      /audio_config\.yaml sampling_rate is 16000 and configuration\.json model\.sample_rate is 24000/,
    );
  });

  test('no sampling rate anywhere', () => {
    const message = refusal({}, (base, voice) => {
      rmSync(join(base, 'configuration.json'));
      rmSync(join(voice, 'audio_config.yaml'));
    });
    assert.match(message, /sampling rate nowhere/);
  });

  test('a hop that the scales do not make', () => {
    assert.match(refusal({ hop: 200 }), /hop_length 200 and the vocoder's scales make 4/);
  });

  test('se.npy and mvn.npy', () => {
    const se: Partial<RandomModel> = { acoustic: smallAcoustic({ SE: true }) };
    assert.match(
      refusal(se, (_, voice) => rmSync(join(voice, 'am/se.npy'))),
      /SE: true and no am\/se\.npy/,
    );
    const wide = encodeNpy({ shape: [1, 6], data: new Float32Array(6) });
    assert.match(
      refusal(se, (_, voice) => writeFileSync(join(voice, 'am/se.npy'), wide)),
      /se\.npy has shape \[1,6\], expected \[1, 5\]/,
    );
    const driven: Partial<RandomModel> = {
      acoustic: smallAcoustic({ NSF: true, num_mels: 22 }),
      vocoder: smallVocoder({ ...scales, nsf_params: nsf }),
    };
    assert.match(
      refusal(driven, (_, voice) => rmSync(join(voice, 'am/mvn.npy'))),
      /NSF voice and has no am\/mvn\.npy/,
    );
    assert.match(
      refusal(driven, (_, voice) => writeFileSync(join(voice, 'am/mvn.npy'), wide)),
      /mvn\.npy has shape \[1,6\], expected \[2, 1\]/,
    );
  });
});

suite('which voices a model has', () => {
  const base = mkdtempSync(join(folder, 'model-'));
  writeRandomModel(base, { ...tiny, name: '甲' });
  writeRandomModel(base, { ...tiny, name: 'b', seed: 1 });
  const list = (voices: unknown) => writeFileSync(join(base, 'voices/voices.json'), JSON.stringify({ voices }));
  let count = 0;
  const fresh = () => join(base, `out-${++count}`);
  const names = (out: string, options: Partial<ImportOptions> = {}) =>
    importModel(base, { out, precision: 'fp32', ...options }).map(({ name }) => name);

  test('every voice of voices.json, each once, in its order', () => {
    list(['b', '甲', 'b']);
    const out = fresh();
    assert.deepEqual(names(out), ['b', '甲']);
    const listed = listVoices(out);
    assert.deepEqual(listed.map((voice) => voice.manifest.name).sort(), ['b', '甲']);
    assert.notDeepEqual(listed[0]!.manifest.files, listed[1]!.manifest.files);
  });

  test('one of several by name; another name is refused with the names there are', () => {
    list(['甲', 'b']);
    const out = fresh();
    assert.deepEqual(names(out, { voice: 'b' }), ['b']);
    assert.deepEqual(readdirSync(out), ['b']);
    const message = refusalOf(base, { voice: 'c', out: fresh() });
    assert.match(message, /there is no voice c in it; it has 甲, b/);
  });

  test('a model of one voice takes the name it is given', () => {
    list(['甲']);
    const out = fresh();
    assert.deepEqual(names(out, { voice: '小明' }), ['小明']);
    const [voice] = listVoices(out);
    assert.equal(voice!.name, '小明');
    assert.equal(voice!.manifest.name, '小明');
  });

  test("a voice's own folder", () => {
    const out = fresh();
    const [voice] = importModel(join(base, 'voices', 'b'), { out, precision: 'fp32' });
    assert.equal(voice!.name, 'b');
  });

  test('names that lead elsewhere are refused', () => {
    for (const name of ['../evil', '..', '.', '', 'a/b', 'a\\b', '.hidden', 'a b', 'x'.repeat(65)]) {
      list([name]);
      assert.match(refusalOf(base, { out: fresh() }), /a voice cannot be called/, name);
      list(['甲']);
      assert.match(refusalOf(base, { out: fresh(), voice: name }), /a voice cannot be called/, name);
    }
  });

  test('a list that is none, and a folder that is missing', () => {
    for (const wrong of [[], 'b', [1], null, undefined]) {
      list(wrong);
      assert.match(refusalOf(base, { out: fresh() }), /voices\.json should hold/);
    }
    list(['b', 'ghost']);
    assert.match(refusalOf(base, { out: fresh() }), /voices\.json names ghost, and there is no such folder/);
  });

  test('a folder that is no model', () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    assert.match(refusalOf(empty), /has neither voices\/voices\.json nor/);
    assert.match(refusalOf(join(empty, 'ghost')), /is not a folder/);
  });

  test('the highest step is the checkpoint, by number and not by letter', () => {
    list(['b']);
    const out = fresh();
    const checkpoints = join(base, 'voices/b/am/ckpt');
    writeFileSync(join(checkpoints, 'checkpoint_9.pth'), 'damaged');
    writeFileSync(join(checkpoints, 'checkpoint_99.pth.tmp'), 'damaged');
    mkdirSync(join(checkpoints, 'best'), { recursive: true });
    names(out);
    assert.deepEqual(listVoices(out)[0]!.manifest.origin, {
      acoustic: 'checkpoint_10.pth',
      vocoder: 'checkpoint_20.pth',
    });
    renameSync(join(checkpoints, 'checkpoint_10.pth'), join(checkpoints, 'checkpoint_010.bak'));
    rmSync(join(checkpoints, 'checkpoint_9.pth'));
    assert.match(refusalOf(base, { out: fresh() }), /voice b has no am\/ckpt\/checkpoint_<steps>\.pth/);
    renameSync(join(checkpoints, 'checkpoint_010.bak'), join(checkpoints, 'checkpoint_10.pth'));
  });

  test("a card's emotions must be of the voice's table", () => {
    list(['b']);
    const out = fresh();
    names(out, { card: { emotions: ['sad', 'neutral'], licence: 'L', credit: 'C', description: 'D' } });
    const { emotions, licence, credit, description } = listVoices(out)[0]!.manifest;
    assert.deepEqual(
      { emotions, licence, credit, description },
      {
        emotions: ['neutral', 'sad'],
        licence: 'L',
        credit: 'C',
        description: 'D',
      },
    );
    const message = refusalOf(base, { out: fresh(), card: { emotions: ['neutral', 'smug'] } });
    assert.match(message, /there is no emotion smug; the voice's table has neutral, angry/);
    assert.match(refusalOf(base, { out: fresh(), card: { emotions: [] } }), /the card names no emotion/);
  });

  test('an import that fails leaves the package that was there, byte for byte, and nothing beside it', () => {
    list(['b']);
    const out = fresh();
    names(out);
    const bytes = () =>
      readdirSync(join(out, 'b')).map((file) => [file, readFileSync(join(out, 'b', file)).toString('base64')]);
    const before = bytes();
    for (const mend of [
      mending('voc', dropped('conv_post.conv1d.bias')),
      mending('am', (state) => state.get('mel_decoder.mel_dec.dec_out_proj.weight')!.data.fill(3e38)),
    ]) {
      writeRandomModel(base, { ...tiny, name: 'b', seed: 2, ...mend });
      assert.throws(() => names(out), { code: 'import_failed' });
      assert.deepEqual(readdirSync(out), ['b']);
      assert.deepEqual(bytes(), before);
    }
    writeRandomModel(base, { ...tiny, name: 'b', seed: 2 });
    names(out);
    assert.deepEqual(readdirSync(out), ['b']);
    assert.notDeepEqual(bytes(), before);
  });

  test('hidden folders and folders without voice.json are not voices', () => {
    list(['b']);
    const out = fresh();
    names(out);
    renameSync(join(out, 'b'), join(out, '.b-half'));
    mkdirSync(join(out, 'empty'));
    assert.deepEqual(listVoices(out), []);
    renameSync(join(out, '.b-half'), join(out, 'b'));
    assert.deepEqual(
      listVoices(out).map(({ name }) => name),
      ['b'],
    );
    assert.deepEqual(listVoices(join(out, 'ghost')), []);
  });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { toPcm16 } from '../../src/audio/pcm16.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';
import type { SpeechRequest } from '../../src/speech.ts';
import { importGolden, shippedVoices, temporaryFolder } from '../golden-data.ts';
import { langdu, main, readWav, start } from './run.ts';

const folder = temporaryFolder();
const small = importGolden(['tiny', 'tiny-nsf']);
const TEXT = '今天天气不错，我们去公园散步吧。';

async function expected(request: SpeechRequest, voices = shippedVoices): Promise<Int16Array> {
  const speaker = new LocalSpeaker(voices);
  const parts: number[] = [];
  for await (const { samples } of speaker.speak(request)) for (const value of toPcm16(samples)) parts.push(value);
  await speaker.close();
  return Int16Array.from(parts);
}

suite('langdu say', () => {
  test('writes a file whose header knows its length, and nothing to stdout', async () => {
    const out = join(folder, 'say.wav');
    const home = join(folder, 'home');
    mkdirSync(home);
    // ONNX Runtime takes CI for a reason to send nothing; without it, ours must do.
    const env = { HOME: home, XDG_CACHE_HOME: home, CI: '' };
    const said = ['say', TEXT, '--out', out, '--emotion', 'happy', '--rate', '1.5', '--volume', '0.8'];
    const ran = await langdu(said, { env });
    assert.deepEqual([ran.code, ran.stdout.length], [0, 0], ran.stderr);
    assert.deepEqual(readdirSync(home), []);
    const wav = readWav(readFileSync(out));
    assert.equal(wav.sampleRate, 16000);
    assert.equal(wav.claimed, 2 * wav.samples.length);
    assert.equal(readFileSync(out).readUInt32LE(4), readFileSync(out).length - 8);
    assert.deepEqual(wav.samples, await expected({ text: TEXT, emotion: 'happy', rate: 1.5, volume: 0.8 }));
  });

  test('to a pipe: a header of unknown length, and the first bytes long before the last', async () => {
    const child = start(['say', TEXT.repeat(20), '--rate', '4']);
    child.stdin!.end();
    const parts: Buffer[] = [];
    child.stdout!.on('data', (part: Buffer) => parts.push(part));
    const first = (await once(child.stdout!, 'data')) as [Buffer];
    assert.ok(first[0].length >= 44);
    assert.equal(child.exitCode, null, 'it is still speaking');
    await once(child, 'close');
    const wav = readWav(Buffer.concat(parts));
    assert.equal(wav.claimed, 0xffffffff);
    assert.ok(wav.samples.length > 10 * first[0].length);
    assert.equal(child.exitCode, 0);
  });

  test('writes the format that the name asks for, or the option', async () => {
    const magic = { mp3: 'ID3', flac: 'fLaC', opus: 'OggS', wav: 'RIFF' };
    for (const [format, begins] of Object.entries(magic)) {
      const out = join(folder, `say.${format}`);
      const ran = await langdu(['say', '你好。', '--voices', small, '--voice', 'tiny', '--out', out]);
      assert.equal(ran.code, 0, ran.stderr);
      const head = readFileSync(out).subarray(0, 4);
      // An MP3 may begin with its first frame as well.
      assert.ok(head.toString('latin1').startsWith(begins) || (format === 'mp3' && head[0] === 0xff), format);
    }
    const asked = ['--format', 'pcm', '--sample-rate', '8000', '--out', '-'];
    const { stdout } = await langdu(['say', '你好。', '--voices', small, '--voice', 'tiny', ...asked]);
    const whole = await expected({ text: '你好。', voice: 'tiny' }, small);
    assert.equal(stdout.length, 2 * Math.round(whole.length / 2));
    const wrong = await langdu(['say', '你好。', '--format', 'aiff', '--out', '-']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /wav, pcm, mp3, opus, flac, aac/);
    const rate = await langdu(['say', '你好。', '--format', 'opus', '--sample-rate', '22050', '--out', '-']);
    assert.match(rate.stderr, /sample_rate_unsupported/);
  });

  test('reads the text from standard input, in any number of lines', async () => {
    const ran = await langdu(['say', '-', '--voices', small, '--voice', 'tiny'], { input: '你好。\r\n再见。' });
    assert.equal(ran.code, 0, ran.stderr);
    assert.deepEqual(readWav(ran.stdout).samples, await expected({ text: '你好。\r\n再见。', voice: 'tiny' }, small));
  });

  test('takes a voice by the folder of its package', async () => {
    const ran = await langdu(['say', '你好。', '--voice', join(small, 'tiny-nsf'), '--seed', '7', '--out', '-']);
    assert.equal(ran.code, 0, ran.stderr);
    assert.deepEqual(
      readWav(ran.stdout).samples,
      await expected({ text: '你好。', voice: 'tiny-nsf', seed: 7 }, small),
    );
  });

  test('takes its voices from LANGDU_VOICES, and the default from LANGDU_VOICE', async () => {
    const env = { LANGDU_VOICES: small, LANGDU_VOICE: 'tiny-nsf' };
    const ran = await langdu(['say', '你好。'], { env });
    assert.deepEqual(readWav(ran.stdout).samples, await expected({ text: '你好。', voice: 'tiny-nsf' }, small));
  });

  test('speaks 5,000 characters whole', async () => {
    const sentence = '春天来了，小河边的柳树发芽了，孩子们在草地上放风筝。';
    const text = sentence.repeat(Math.ceil(5000 / sentence.length));
    const out = join(folder, 'long.wav');
    const ran = await langdu(['say', '-', '--voices', small, '--voice', 'tiny', '--out', out], { input: text });
    assert.equal(ran.code, 0, ran.stderr);
    const one = (await expected({ text: sentence, voice: 'tiny' }, small)).length;
    const count = text.length / sentence.length;
    assert.ok(text.length >= 5000);
    // Each sentence as alone, with a quarter of a second between any two.
    assert.equal(readWav(readFileSync(out)).samples.length, count * one + (count - 1) * 4000);
  });

  test('a reader that has heard enough ends it quietly', async () => {
    const script = `"$0" "$1" say "$2" --rate 4 | head -c 1000 | wc -c; echo "\${PIPESTATUS[0]}"`;
    const ran = await promisify(execFile)('bash', ['-c', script, process.execPath, main, TEXT.repeat(200)]);
    assert.deepEqual(ran.stdout.trim().split(/\s+/), ['1000', '0']);
    assert.equal(ran.stderr.replace(/^\d+% .*\n/gm, ''), '');
  });

  test('says what it could not read', async () => {
    const ran = await langdu(['say', '你好\u{13000}。', '--voices', small]);
    assert.equal(ran.code, 0);
    assert.match(ran.stderr, /not spoken, unknown characters: \u{13000}/u);
  });
});

suite('langdu say, refused', () => {
  const cases: [string, string[], number, RegExp][] = [
    ['no text', ['say'], 2, /missing required argument 'text'/],
    ['an unknown option', ['say', TEXT, '--loud'], 2, /unknown option '--loud'/],
    ['a rate beyond its limits', ['say', TEXT, '--rate', '9'], 2, /Expected a number from 0\.25 to 4/],
    ['a rate that is no number', ['say', TEXT, '--rate', 'fast'], 2, /Expected a number from 0\.25 to 4/],
    ['a seed that is not whole', ['say', TEXT, '--seed', '1.5'], 2, /Expected a whole number/],
    ['an unknown command', ['sing'], 2, /unknown command 'sing'/],
    ['an empty text', ['say', ' '], 3, /\[text_empty\]/],
    ['an unknown voice', ['say', TEXT, '--voice', 'ghost'], 3, /no voice ghost; available: .*tan.* \[voice_unknown\]/],
    ['an unknown emotion', ['say', TEXT, '--emotion', 'smug'], 3, /available: neutral, .*happy.* \[emotion_unknown\]/],
    ['an unknown speaker', ['say', TEXT, '--speaker', 'x'], 3, /available: tan\. \[speaker_unknown\]/],
    ['a text of signs nobody reads', ['say', '\u{13000}'], 3, /\[text_unspeakable\]/],
  ];
  for (const [name, args, code, message] of cases) {
    test(`${name}: exit code ${code}`, async () => {
      const out = join(folder, 'kept.wav');
      writeFileSync(out, 'what was there');
      const ran = await langdu(args[0] === 'say' ? [...args, '--out', out] : args);
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, message);
      assert.equal(ran.stdout.length, 0);
      assert.equal(readFileSync(out, 'utf8'), 'what was there');
      assert.doesNotMatch(ran.stderr, /\n\s+at /, 'no stack');
    });
  }

  test('a file that cannot be written is our side: exit code 1', async () => {
    const out = join(folder, 'a-folder');
    mkdirSync(out, { recursive: true });
    const ran = await langdu(['say', '你好。', '--voices', small, '--out', out]);
    assert.equal(ran.code, 1, ran.stderr);
    assert.match(ran.stderr, /Cannot write .*a-folder.*\[file_unwritable\]/);
  });

  test('standard input that is not UTF-8', async () => {
    const ran = await langdu(['say', '-'], { input: Buffer.from([0xc4, 0xe3, 0xba, 0xc3]) });
    assert.equal(ran.code, 3);
    assert.match(ran.stderr, /not UTF-8/);
  });

  test('a package that is damaged', async () => {
    const broken = join(folder, 'broken', 'tiny');
    mkdirSync(broken, { recursive: true });
    writeFileSync(join(broken, 'voice.json'), '{}');
    const ran = await langdu(['say', TEXT, '--voice', broken]);
    assert.equal(ran.code, 3, ran.stderr);
    assert.match(ran.stderr, /The voice package tiny is damaged: voice\.json/);
  });

  test('Chinese where the locale is, English elsewhere', async () => {
    const say = (env: Record<string, string>) => langdu(['say', ' '], { env });
    assert.match((await say({ LANG: 'zh_CN.UTF-8' })).stderr, /^langdu: 请输入有效文本 \[text_empty\]\n$/);
    assert.match((await say({ LANG: 'en_US.UTF-8' })).stderr, /^langdu: Enter some text to speak\. \[text_empty\]\n$/);
    assert.match((await say({ LANG: 'zh_CN.UTF-8', LC_ALL: 'de_DE' })).stderr, /Enter some text/);
    assert.match((await say({ LANG: '' })).stderr, /Enter some text/);
  });

  test('help and version are no errors', async () => {
    const help = await langdu(['--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout.toString(), /Exit codes: 0 done, 1 failed.*, 2 .*, 3 /);
    assert.match((await langdu(['--version'])).stdout.toString(), /^\d+\.\d+\.\d+\n$/);
    assert.ok(existsSync(folder));
  });
});

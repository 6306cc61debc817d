import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { formatNames } from '../../src/audio/formats.ts';
import { serve } from './serving.ts';
import { ToneSpeaker } from './tone-speaker.ts';

interface Answer {
  readonly audio_url: string;
  readonly subtitle_url?: string;
  readonly duration: number;
  readonly sample_rate: number;
  readonly words?: readonly { text: string; start: number; end: number; from: number; to: number }[];
}

const types = {
  wav: 'audio/wav',
  pcm: 'audio/pcm',
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  aac: 'audio/aac',
};

test('a finished audio has the format that was asked for', async (t) => {
  const { url, post } = await serve(t);
  for (const format of formatNames) {
    const answer = (await (await post({ text: '你好，世界。', format })).json()) as Answer;
    assert.match(answer.audio_url, new RegExp(`^/audio/[0-9a-f]{32}\\.${format}$`));
    assert.ok(Math.abs(answer.duration - 0.6) < 0.001);
    const audio = await fetch(url + answer.audio_url);
    assert.equal(audio.headers.get('content-type'), types[format]);
    assert.ok((await audio.arrayBuffer()).byteLength > 1000);
  }
  const answer = (await (await post({ text: '你好。', sample_rate: 48000 })).json()) as Answer;
  assert.equal(answer.sample_rate, 48000);
});

test('words have their times and their places in the text', async (t) => {
  const { post } = await serve(t);
  const text = '你好。\n世界！';
  const answer = (await (await post({ text, timestamps: true })).json()) as Answer;
  assert.deepEqual(answer.words, [
    { text: '你', start: 0, end: 1, from: 0, to: 0.1 },
    { text: '好', start: 1, end: 2, from: 0.1, to: 0.2 },
    { text: '世', start: 4, end: 5, from: 0.4, to: 0.5 },
    { text: '界', start: 5, end: 6, from: 0.5, to: 0.6 },
  ]);
  assert.equal(((await (await post({ text })).json()) as Answer).words, undefined);
});

test('subtitles are a file beside the audio', async (t) => {
  const { url, post, folder } = await serve(t);
  const expected = {
    srt: [/^application\/x-subrip/, /^1\n00:00:00,000 --> 00:00:00,900\n你好，世界。再见。\n\n$/],
    vtt: [/^text\/vtt/, /^WEBVTT\n\n1\n00:00:00\.000 --> 00:00:00\.900\n你好，世界。再见。\n$/],
    json: [/^application\/json/, /^\{"sentences":\[\{"text":"你好，世界。".*\],"duration":0\.9\}$/],
  } as const;
  for (const [format, [type, body]] of Object.entries(expected)) {
    const answer = (await (await post({ text: '你好，世界。再见。', subtitles: format })).json()) as Answer;
    assert.match(answer.subtitle_url ?? '', new RegExp(`^/audio/[0-9a-f]{32}\\.${format}$`));
    const file = await fetch(url + answer.subtitle_url);
    assert.match(file.headers.get('content-type') ?? '', type);
    assert.match(await file.text(), body);
  }
  assert.equal((await readdir(folder)).length, 6);
});

test('times that would be wrong are refused', async (t) => {
  const speaker = new ToneSpeaker();
  const { post } = await serve(t, { speaker });
  for (const [body, field] of [
    [{ timestamps: true }, 'timestamps'],
    [{ subtitles: 'srt' }, 'subtitles'],
  ] as const) {
    const response = await post({ text: '好', trim_silence: true, ...body });
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), {
      error: `${field} 与 trim_silence 不能同时使用`,
      code: 'fields_conflict',
    });
  }
  const response = await post({ text: '好', subtitles: 'ass' });
  assert.match(await response.text(), /json, srt, vtt.*value_unknown/);
  assert.equal(speaker.requests.length, 0);
});

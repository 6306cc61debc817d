import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import OpenAI from 'openai';
import { ensureDebianPackage } from '../install.ts';
import { readEvents } from '../server/read-events.ts';
import { readWav } from '../server/read-wav.ts';
import { startReal } from './real-server.ts';

ensureDebianPackage('ffmpeg', '/usr/bin/ffmpeg');

const text = '《银行》行长说：“涨了3.5%！”我们一起去公园散步吧。';

/** Seconds of sound that ffmpeg makes of these bytes, and how loud its loudest sample is. */
function decode(bytes: Uint8Array): { seconds: number; peak: number } {
  const pcm = execFileSync('ffmpeg', ['-v', 'error', '-i', '-', '-f', 's16le', '-ac', '1', '-ar', '16000', '-'], {
    input: bytes,
    maxBuffer: 1 << 28,
  });
  let peak = 0;
  for (let at = 0; at + 1 < pcm.length; at += 2) peak = Math.max(peak, Math.abs(pcm.readInt16LE(at)));
  return { seconds: pcm.length / 2 / 16000, peak: peak / 32768 };
}

test('the voice streams what it records, in bytes, in events, and to the client of OpenAI', async (t) => {
  const { url } = await startReal(t);
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const answer = (await (await post('/api/tts', { text, timestamps: true, subtitles: 'srt' })).json()) as {
    audio_url: string;
    subtitle_url: string;
    duration: number;
    words: { text: string; start: number; end: number; from: number; to: number }[];
  };
  const recorded = readWav(new Uint8Array(await (await fetch(url + answer.audio_url)).arrayBuffer()));
  const pcm = Buffer.from(recorded.samples.buffer);

  const streamed = await post('/api/tts/stream', { text, format: 'pcm' });
  assert.equal(streamed.headers.get('x-langdu-cache'), 'hit', 'its sentences were spoken before');
  assert.ok(pcm.equals(Buffer.from(await streamed.arrayBuffer())));

  const events = readEvents(
    await (await post('/api/tts/stream', { text, format: 'pcm', stream_format: 'sse' })).text(),
  );
  const audio = events.filter(({ event }) => event === 'audio').map(({ data }) => Buffer.from(data.audio, 'base64'));
  assert.ok(pcm.equals(Buffer.concat(audio)));
  const words = events.filter(({ event }) => event === 'timing').flatMap(({ data }) => data.words);
  assert.deepEqual(words, answer.words);
  assert.ok(
    words.some((word) => word.text === '3.5%'),
    'words are as they were written',
  );
  let end = 0;
  for (const word of words) {
    assert.equal(word.text, text.slice(word.start, word.end));
    assert.ok(word.from >= end && word.to > word.from && word.to <= answer.duration);
    end = word.to;
  }
  assert.match(await (await fetch(url + answer.subtitle_url)).text(), /^1\n00:00:00,000 --> .*\n《银行》行长说：/);

  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' });
  for (const format of ['mp3', 'opus', 'aac', 'flac', 'wav'] as const) {
    const spoken = await client.audio.speech.create({
      model: 'gpt-4o-mini-tts',
      voice: 'nova',
      input: text,
      response_format: format,
    });
    const { seconds, peak } = decode(new Uint8Array(await spoken.arrayBuffer()));
    assert.ok(Math.abs(seconds - answer.duration) < 0.15, `${format}: ${seconds} of ${answer.duration} s`);
    assert.ok(peak > 0.05 && peak < 1, `${format}: ${peak}`);
  }
  const happy = await client.audio.speech.create({
    model: 'gpt-4o-mini-tts',
    voice: 'nova',
    input: text,
    instructions: '用非常开心的语气',
    response_format: 'wav',
  });
  const other = Buffer.from(await happy.arrayBuffer());
  assert.ok(!other.subarray(44).equals(pcm), 'another emotion sounds otherwise');
});

test('trimmed and levelled audio is as long as it says', async (t) => {
  const { url } = await startReal(t);
  const response = await fetch(`${url}/api/tts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, trim_silence: true, loudness: -20 }),
  });
  const answer = (await response.json()) as { audio_url: string; duration: number };
  const { samples, sampleRate } = readWav(new Uint8Array(await (await fetch(url + answer.audio_url)).arrayBuffer()));
  assert.ok(Math.abs(samples.length / sampleRate - answer.duration) < 0.001);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { readWav } from '../server/read-wav.ts';
import { speechCases } from '../web/page-cases.ts';
import { startReal } from './real-server.ts';

interface Answer {
  readonly audio_url: string;
  readonly duration: number;
  readonly sample_rate: number;
  readonly voice: string;
  readonly characters: number;
}

async function speak(url: string, body: object): Promise<{ answer: Answer; wav: Buffer }> {
  const response = await fetch(`${url}/api/tts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
  const answer = (await response.json()) as Answer;
  const audio = await fetch(url + answer.audio_url);
  assert.equal(audio.status, 200);
  return { answer, wav: Buffer.from(await audio.arrayBuffer()) };
}

describe('langdu serve with the starter voice', () => {
  it('answers as the article has it, with more', async (t) => {
    const { url } = await startReal(t);
    const { answer, wav } = await speak(url, { text: '今天是个好日子，我们一起去公园散步吧。', emotion: 'happy' });
    assert.match(answer.audio_url, /^\/audio\/[0-9a-f]{32}\.wav$/);
    assert.deepEqual(
      { ...answer, audio_url: '', duration: 0 },
      { audio_url: '', duration: 0, sample_rate: 16000, voice: 'tan', characters: 19 },
    );
    const { samples, sampleRate } = readWav(wav);
    assert.equal(sampleRate, 16000);
    assert.ok(Math.abs(samples.length / sampleRate - answer.duration) < 0.001);
    assert.ok(answer.duration > 2 && answer.duration < 8, `${answer.duration} s for seventeen syllables`);
    assert.ok(
      samples.every((sample) => Math.abs(sample) < 32767),
      'nothing clips',
    );
  });

  it('gives forty callers at once what each would get alone', async (t) => {
    const { url } = await startReal(t);
    const emotions = ['neutral', 'happy', 'sad', 'angry'];
    const bodies = Array.from({ length: 40 }, (_, index) => ({
      text: `第${index}位听众，你好。${'我们一起去公园散步。'.repeat(index % 3)}`,
      emotion: emotions[index % emotions.length],
      rate: 1 + (index % 5) / 5,
    }));
    const together = await Promise.all(bodies.map((body) => speak(url, body)));
    for (const [index, body] of bodies.entries()) {
      const alone = await speak(url, body);
      assert.ok(alone.wav.equals(together[index]!.wav), `caller ${index} heard something else`);
    }
    assert.equal(new Set(together.map(({ wav }) => wav.toString('base64'))).size, 40);
  });

  it('lists what valid requests may name', async (t) => {
    const { url } = await startReal(t);
    const refusals = [
      [{ text: '你好', emotion: 'bored' }, 422, 'emotion_unknown', /neutral, .*happy/],
      [{ text: '你好', voice: 'zhitian' }, 404, 'voice_unknown', /tan/],
      [{ text: '你好', speaker: 'F7' }, 422, 'speaker_unknown', /tan/],
      [{ text: '你好', rate: 9 }, 400, 'parameter_out_of_range', /0\.25.*4/],
      [{ text: '☃☃' }, 400, 'text_unspeakable', /☃/],
      [{ text: '。。！' }, 400, 'text_unspeakable', /。。！/],
      [{ text: ' ' }, 400, 'text_empty', /请输入有效文本/],
    ] as const;
    for (const [body, status, code, message] of refusals) {
      const response = await fetch(`${url}/api/tts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { error: string; code: string };
      assert.deepEqual([response.status, answer.code], [status, code]);
      assert.match(answer.error, message);
    }
  });

  it('stops within its time in the middle of a synthesis, and says so to the caller', async (t) => {
    const server = await startReal(t, { LANGDU_STOP_SECONDS: '1' });
    // No two sentences alike: what is alike is made once.
    const sentences = Array.from({ length: 400 }, (_, day) => `第${day}天天气真不错，我们去公园。`);
    const asked = fetch(`${server.url}/api/tts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: sentences.join('') }),
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    server.process.kill('SIGTERM');
    const [code] = await once(server.process, 'exit');
    assert.equal(code, 0);
    const response = await asked;
    assert.equal(response.status, 503);
    assert.equal(((await response.json()) as { code: string }).code, 'shutting_down');
  });
});

speechCases('tan', (t) => startReal(t), { whole: true });

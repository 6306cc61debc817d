import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moodOf } from '../../src/server/openai/instructions.ts';
import { ToneSpeaker } from './tone-speaker.ts';

const tan = new ToneSpeaker().voices().find(({ name }) => name === 'tan')!;

test('instructions that name one emotion are followed', () => {
  const cases: readonly [string, string, number | undefined][] = [
    ['Speak in a cheerful and positive tone.', 'happy', undefined],
    ['HAPPY', 'happy', undefined],
    ['happy, joyful, upbeat', 'happy', undefined],
    ['Sound really angry!', 'angry', 1.5],
    ['a little sad', 'sad', 0.5],
    ['Be slightly afraid of what you say', 'fear', 0.5],
    ['请用开心的语气朗读', 'happy', undefined],
    ['用非常悲伤的声音', 'sad', 1.5],
    ['有点生气', 'angry', 0.5],
    ['ｓａｄ', 'sad', undefined],
    ['温柔地说', 'gentle', undefined],
    ['No music. Sound surprised.', 'surprise', undefined],
    ['neutral', 'neutral', undefined],
  ];
  for (const [instructions, emotion, intensity] of cases) {
    assert.deepEqual(moodOf(instructions, tan), { emotion, intensity }, instructions);
  }
});

test('all others are refused, with the emotions there are', () => {
  const cases = [
    'Speak clearly.',
    'Speak like a pirate',
    'whisper, sadly',
    'happy and sad in turns',
    'not happy at all',
    "Don't sound angry",
    '不要太高兴',
    '不开心',
    '又高兴又难过',
    '用粤语，开心地说',
    '语速快一点，高兴',
    'calm',
    'unhappyish sadness',
    'made',
    '🙂',
  ];
  for (const instructions of cases) {
    assert.throws(
      () => moodOf(instructions, tan),
      { code: 'instructions_unsupported', message: /neutral, happy, sad/ },
      instructions,
    );
  }
});

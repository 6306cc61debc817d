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
    ["Say it in a 'happy' voice", 'happy', undefined],
    ['Please read this with joy!', 'happy', undefined],
    ['Sound more cheerful', 'happy', undefined],
    ['Emotion: sad', 'sad', undefined],
    ['Sound really angry!', 'angry', 1.5],
    ['Talk like you are very angry', 'angry', 1.5],
    ["Speak as if you're extremely\nsad.", 'sad', 1.5],
    ['a little sad', 'sad', 0.5],
    ['a  little bit sad', 'sad', 0.5],
    ['Be slightly afraid of what you say', 'fear', 0.5],
    ['Read the text in a matter-of-fact way', 'neutral', undefined],
    ['neutral', 'neutral', undefined],
    ['ｓａｄ', 'sad', undefined],
    ['请用开心的语气朗读', 'happy', undefined],
    ['请你用开心的语气，把这段话读出来。', 'happy', undefined],
    ['用温柔的语气说', 'gentle', undefined],
    ['用温柔亲切的声音', 'gentle', undefined],
    ['温柔地说', 'gentle', undefined],
    ['语气开心一点', 'happy', undefined],
    ['用非常悲伤的声音', 'sad', 1.5],
    ['听起来像是很生气的样子', 'angry', 1.5],
    ['有点生气', 'angry', 0.5],
    ['带一点悲伤', 'sad', 0.5],
    ['带点忧伤地念', 'sad', 0.5],
    ['语气：happy', 'happy', undefined],
  ];
  for (const [instructions, emotion, intensity] of cases) {
    assert.deepEqual(moodOf(instructions, tan), { emotion, intensity }, instructions);
  }
});

test('all others are refused, with the emotions there are', () => {
  const cases = [
    'Speak clearly.',
    'Speak in a positively happy tone',
    'Speak slowly and happily',
    'happy, in a deep voice',
    'Speak happily in a high-pitched voice',
    'Be cheerful and speak softly',
    'Cheerful, at a brisk tempo',
    'Happy, with a British English intonation',
    'Speak really clearly, happy',
    'happy, very',
    'very, happy',
    'very happy, slightly joyful',
    'No music. Sound surprised.',
    'Sound happy. Never sound flat.',
    'happy2',
    'happy, very very',
    '用开心的语气，说快一点',
    '用开心的语气，不要太快',
    '开心，语调高一点',
    '用温柔的四川话说',
    '用严肃、低沉、沙哑的声音',
    '悲伤的，声音轻一些',
    '一点也不生气',
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

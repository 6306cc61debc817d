import { type Static, Type } from '@sinclair/typebox';
import { limits } from '../../speech.ts';

const number = (range: { readonly min: number; readonly max: number }, description: string) =>
  Type.Optional(Type.Number({ minimum: range.min, maximum: range.max, description }));

export const SpeechBody = Type.Object(
  {
    text: Type.String({ description: 'what to speak' }),
    voice: Type.Optional(Type.String({ description: 'a voice of GET /api/voices; its default when absent' })),
    speaker: Type.Optional(Type.String({ description: "one of the voice's speakers; the first when absent" })),
    emotion: Type.Optional(Type.String({ description: "one of the voice's emotions; neutral when absent" })),
    intensity: number(limits.intensity, 'how much of the emotion; 1 is as trained'),
    rate: number(limits.rate, 'speaking rate; 2 is twice as fast'),
    pitch: number(limits.pitch, 'pitch factor; 2 is an octave up'),
    volume: number(limits.volume, 'linear gain'),
    seed: Type.Optional(
      Type.Integer({ minimum: limits.seed.min, maximum: limits.seed.max, description: 'seeds the noise of the voice' }),
    ),
  },
  { additionalProperties: false },
);
export type SpeechBody = Static<typeof SpeechBody>;

export const SpeechAnswer = Type.Object({
  audio_url: Type.String({ description: 'where the audio is, until retention removes it' }),
  duration: Type.Number({ description: 'length of the audio in seconds' }),
  sample_rate: Type.Integer({ description: 'in Hz' }),
  voice: Type.String(),
  characters: Type.Integer({ description: 'length of the text, in Unicode code points' }),
  warnings: Type.Optional(
    Type.Array(
      Type.Object({
        code: Type.String(),
        text: Type.String({ description: 'what was not spoken as written' }),
        start: Type.Integer({ description: 'where in the text, in UTF-16 code units' }),
        end: Type.Integer(),
      }),
    ),
  ),
});
export type SpeechAnswer = Static<typeof SpeechAnswer>;

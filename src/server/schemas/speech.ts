import { type Static, type TProperties, Type } from '@sinclair/typebox';
import { type FormatName, formatNames, sampleRates } from '../../audio/formats.ts';
import { limits } from '../../speech.ts';
import { subtitleFormats } from '../../subtitles/write.ts';
import { longestEntry } from '../../text/lexicon.ts';

const number = (range: { readonly min: number; readonly max: number }, description: string) =>
  Type.Optional(Type.Number({ minimum: range.min, maximum: range.max, description }));

/** One of a few texts. An enum, where TypeBox would make a union whose errors name nothing. */
export function oneOf<const T extends string>(values: readonly T[], description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], description });
}

/** How a text is spoken: of every request that has something spoken. */
export const speechControls = {
  voice: Type.Optional(Type.String({ description: 'a voice of GET /api/voices; its default when absent' })),
  speaker: Type.Optional(Type.String({ description: "one of the voice's speakers; the first when absent" })),
  emotion: Type.Optional(Type.String({ description: "one of the voice's emotions; neutral when absent" })),
  intensity: number(limits.intensity, 'how much of the emotion; 1 is as trained'),
  rate: number(limits.rate, 'speaking rate; 2 is twice as fast'),
  pitch: number(limits.pitch, 'pitch factor; 2 is an octave up'),
  volume: number(limits.volume, 'linear gain; after loudness, when that is given'),
  seed: Type.Optional(
    Type.Integer({ minimum: limits.seed.min, maximum: limits.seed.max, description: 'seeds the noise of the voice' }),
  ),
  lexicon: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: longestEntry.value }), {
      maxProperties: 1000,
      propertyNames: { maxLength: longestEntry.word },
      description:
        "words and how they are read: pinyin (`a1 li3`) or `=` and what is read instead; before the server's",
    }),
  ),
} satisfies TProperties;

/** What file it becomes. */
export const outputOptions = {
  format: Type.Optional(oneOf<FormatName>(formatNames, 'file format; wav when absent')),
  sample_rate: Type.Optional(
    Type.Integer({ description: `in Hz: ${sampleRates.join(', ')}; the voice's own, where the format has it` }),
  ),
  loudness: Type.Optional(
    Type.Number({ minimum: -40, maximum: -8, description: 'loudness of the whole to aim at, in LUFS' }),
  ),
  trim_silence: Type.Optional(
    Type.Boolean({ description: 'cut the silence around sentences and shorten long pauses inside them' }),
  ),
  bitrate: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'in kbit/s, of a format that has one' }),
  ),
} satisfies TProperties;

const text = Type.String({ description: 'what to speak' });

export const SpeechBody = Type.Object(
  {
    text,
    ...speechControls,
    ...outputOptions,
    timestamps: Type.Optional(Type.Boolean({ description: 'when each word is heard, in the answer' })),
    subtitles: Type.Optional(oneOf(subtitleFormats, 'also write subtitles, in this format')),
  },
  { additionalProperties: false },
);
export type SpeechBody = Static<typeof SpeechBody>;

/** The fields that every request to speak has, whatever comes back. */
export const SpokenFields = Type.Object({ text, ...speechControls, ...outputOptions });
type Fields = Static<typeof SpokenFields>;
export type SpokenFields = {
  readonly [Name in keyof Fields]: Fields[Name] | (Name extends 'text' ? never : undefined);
};

export const TimedWord = Type.Object({
  text: Type.String({ description: 'as written' }),
  start: Type.Integer({ description: 'where in the text, in UTF-16 code units' }),
  end: Type.Integer(),
  from: Type.Number({ description: 'when it is heard, in seconds from the beginning of the audio' }),
  to: Type.Number(),
});

export const Warning = Type.Object({
  code: Type.String(),
  text: Type.String({ description: 'what was not spoken as written' }),
  start: Type.Integer({ description: 'where in the text, in UTF-16 code units' }),
  end: Type.Integer(),
});

export const SpeechAnswer = Type.Object({
  audio_url: Type.String({ description: 'where the audio is, until retention removes it' }),
  duration: Type.Number({ description: 'length of the audio in seconds' }),
  sample_rate: Type.Integer({ description: 'in Hz' }),
  voice: Type.String(),
  characters: Type.Integer({ description: 'length of the text, in Unicode code points' }),
  subtitle_url: Type.Optional(Type.String({ description: 'where the subtitles are, when they were asked for' })),
  words: Type.Optional(Type.Array(TimedWord, { description: 'when each word is heard, when that was asked for' })),
  warnings: Type.Optional(Type.Array(Warning, { description: 'what was not spoken as written' })),
});
export type SpeechAnswer = Static<typeof SpeechAnswer>;

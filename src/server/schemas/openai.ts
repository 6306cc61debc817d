import { type Static, Type } from '@sinclair/typebox';
import { type FormatName, formatNames } from '../../audio/formats.ts';
import { oneOf, outputOptions, speechControls } from './speech.ts';

const { format: _format, ...otherOutput } = outputOptions;
const { voice: _voice, rate, ...otherControls } = speechControls;

/** OpenAI's fields first, with their ranges and defaults, then ours. */
export const CreateSpeech = Type.Object(
  {
    model: Type.String({ description: 'one of GET /v1/models; they all are the voice that is asked for' }),
    input: Type.String({ description: 'what to speak' }),
    voice: Type.Union(
      [
        Type.String({ title: 'string' }),
        Type.Object({ id: Type.String() }, { additionalProperties: false, title: '{id}' }),
      ],
      { description: 'one of GET /v1/audio/voices, an alias, or a name of OpenAI' },
    ),
    instructions: Type.Optional(
      Type.String({ maxLength: 4096, description: 'names an emotion, in Chinese or English' }),
    ),
    response_format: Type.Optional(oneOf<FormatName>(formatNames, 'file format; mp3 when absent')),
    speed: Type.Optional(Type.Number({ minimum: 0.25, maximum: 4, description: 'speaking rate; 1 when absent' })),
    stream_format: Type.Optional(oneOf(['audio', 'sse'], 'bytes of the file, or events; audio when absent')),
    rate,
    ...otherControls,
    ...otherOutput,
  },
  { additionalProperties: false },
);
export type CreateSpeech = Static<typeof CreateSpeech>;

export const Model = Type.Object({
  id: Type.String(),
  object: Type.Literal('model'),
  created: Type.Integer({ description: 'when this server started, in seconds since 1970' }),
  owned_by: Type.String(),
});

export const ModelList = Type.Object({ object: Type.Literal('list'), data: Type.Array(Model) });

export const ModelParams = Type.Object({ id: Type.String({ description: 'one of GET /v1/models' }) });
export type ModelParams = Static<typeof ModelParams>;

const Voice = Type.Object({ id: Type.String(), object: Type.Literal('audio.voice'), name: Type.String() });

/** The list twice: as OpenAI has lists, and as the clients of other servers of this API read it. */
export const VoiceList = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(Voice),
  voices: Type.Array(Voice),
});

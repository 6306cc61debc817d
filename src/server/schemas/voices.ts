import { Type } from '@sinclair/typebox';

const Names = Type.Array(Type.String());

export const VoicesAnswer = Type.Object({
  voices: Type.Array(
    Type.Object({
      name: Type.String(),
      language: Type.String(),
      sampleRate: Type.Integer(),
      speakers: Names,
      emotions: Names,
      controls: Names,
      description: Type.String(),
      licence: Type.String(),
      credit: Type.String(),
    }),
  ),
  default: Type.String({ description: 'the voice of requests that name none' }),
});

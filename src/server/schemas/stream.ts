import { type Static, Type } from '@sinclair/typebox';
import { oneOf, SpokenFields } from './speech.ts';

export const StreamBody = Type.Object(
  {
    ...SpokenFields.properties,
    stream_format: Type.Optional(
      oneOf(['audio', 'sse'], 'bytes of the file, or server-sent events with them and what is known of them'),
    ),
  },
  { additionalProperties: false },
);
export type StreamBody = Static<typeof StreamBody>;

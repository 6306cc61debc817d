import { type Static, Type } from '@sinclair/typebox';

export const AudioParams = Type.Object({ name: Type.String() });
export type AudioParams = Static<typeof AudioParams>;

export const AudioQuery = Type.Object({
  expires: Type.Optional(Type.String({ description: 'of a signed link: when it ends, in seconds since 1970' })),
  signature: Type.Optional(Type.String({ description: 'of a signed link' })),
  download: Type.Optional(Type.String({ description: 'save the audio under this name instead of playing it' })),
});
export type AudioQuery = Static<typeof AudioQuery>;

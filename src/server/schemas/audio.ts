import { type Static, Type } from '@sinclair/typebox';

export const AudioParams = Type.Object({ name: Type.String() });
export type AudioParams = Static<typeof AudioParams>;

export const AudioQuery = Type.Object({
  download: Type.Optional(Type.String({ description: 'save the audio under this name instead of playing it' })),
});
export type AudioQuery = Static<typeof AudioQuery>;

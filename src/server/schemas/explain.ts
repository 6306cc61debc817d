import { type Static, Type } from '@sinclair/typebox';
import { speechControls, Warning } from './speech.ts';

export const ExplainBody = Type.Object(
  {
    text: Type.String({ description: 'what would be spoken' }),
    voice: speechControls.voice,
    lexicon: speechControls.lexicon,
  },
  { additionalProperties: false },
);
export type ExplainBody = Static<typeof ExplainBody>;

const span = {
  start: Type.Integer({ description: 'where in the text, in UTF-16 code units' }),
  end: Type.Integer(),
};

export const ExplainAnswer = Type.Object({
  text: Type.String(),
  normalized: Type.String({ description: 'as it is spoken' }),
  sentences: Type.Array(
    Type.Object({
      text: Type.String(),
      ...span,
      words: Type.Array(
        Type.Object({
          text: Type.String(),
          ...span,
          pinyin: Type.Array(Type.String(), { description: 'surface syllables, `lv4` style, 5 for neutral' }),
        }),
      ),
      annotated: Type.String({ description: 'prosodic words and the breaks after them: `我们#1走吧#4`' }),
      symbols: Type.String({ description: "the acoustic model's symbol line" }),
    }),
  ),
  syllables: Type.Array(
    Type.Object({
      char: Type.String(),
      ...span,
      reading: Type.String({ description: 'as chosen, before sandhi' }),
      pinyin: Type.String({ description: 'as spoken' }),
      by: Type.String({ description: 'the rule or dictionary entry that decided' }),
    }),
  ),
  warnings: Type.Array(Warning),
});

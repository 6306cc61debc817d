import { LangduError } from '../../errors.ts';
import type { SymbolToken } from '../sentence.ts';

/** A token of a symbol line as written. */
export interface LineToken {
  readonly sy: string;
  readonly tone: string;
  readonly syllableFlag: string;
  readonly wordSegment: string;
  readonly emotion: string;
  readonly speaker: string;
}

const shape = '{sy$tone$syllable_flag$word_segment$emo_category$speaker_category}';
const token = /^\{([^{}$\s]+)\$([^{}$\s]+)\$([^{}$\s]+)\$([^{}$\s]+)\$([^{}$\s]+)\$([^{}$\s]+)\}$/;

/** The tokens of a symbol line, separated by white space. Names are not looked up here. Throws `symbol_malformed`. */
export function parseSymbolLine(line: string): LineToken[] {
  const written = line
    .trim()
    .split(/\s+/)
    .filter((value) => value !== '');
  return written.map((value, index) => {
    const fields = token.exec(value);
    if (fields === null) throw new LangduError('symbol_malformed', { position: index + 1, expected: shape, value });
    const [, sy, tone, syllableFlag, wordSegment, emotion, speaker] = fields;
    return {
      sy: sy!,
      tone: tone!,
      syllableFlag: syllableFlag!,
      wordSegment: wordSegment!,
      emotion: emotion!,
      speaker: speaker!,
    };
  });
}

/** Symbols as a line; pauses carry no emotion. */
export function formatSymbolLine(symbols: readonly SymbolToken[], emotion: string, speaker: string): string {
  return symbols
    .map(({ sy, tone, syllableFlag, wordSegment }) => {
      const said = sy.startsWith('#') ? 'emotion_none' : emotion;
      return `{${[sy, tone, syllableFlag, wordSegment, said, speaker].join('$')}}`;
    })
    .join(' ');
}

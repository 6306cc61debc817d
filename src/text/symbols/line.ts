import type { SymbolToken } from '../sentence.ts';

/** Symbols as a line; pauses carry no emotion. */
export function formatSymbolLine(symbols: readonly SymbolToken[], emotion: string, speaker: string): string {
  return symbols
    .map(({ sy, tone, syllableFlag, wordSegment }) => {
      const said = sy.startsWith('#') ? 'emotion_none' : emotion;
      return `{${[sy, tone, syllableFlag, wordSegment, said, speaker].join('$')}}`;
    })
    .join(' ');
}

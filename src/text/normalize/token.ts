import type { Span } from '../sentence.ts';

export type TokenKind = 'han' | 'latin' | 'space' | 'mark';

/** The smallest spoken or silent unit: a character, a run of letters, a mark. */
export interface SpokenToken extends Span {
  readonly kind: TokenKind;
  readonly text: string;
  /** Tokens that one rule read together share a number above 0. */
  readonly group: number;
  /** How many tokens its group has; 0 outside of groups. */
  readonly groupSize: number;
  /** The rule that read it, empty outside of groups. */
  readonly rule: string;
  /** Of a mark: the pause it asks for. */
  readonly pause: 0 | 1 | 3;
}

/** What may become of a text, from the mildest to the strictest. */
export const actions = ['allow', 'mask', 'review', 'deny'] as const;
export type Action = (typeof actions)[number];

/** A place of the text that a rule has found. Spans of one rule that touch or overlap are one finding. */
export interface Finding {
  readonly rule: string;
  readonly action: Action;
  /** UTF-16 code units of the text that was checked; the end is exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface Verdict {
  /** The strictest of all findings. */
  readonly action: Action;
  /** What may be spoken: the text with what is masked replaced unit by unit, so that spans keep. */
  readonly text: string;
  /** By their place, at most `FINDINGS_KEPT`. */
  readonly findings: readonly Finding[];
}

/** A text of a megabyte can hold a finding every other character: the first tell what is wrong with it. */
export const FINDINGS_KEPT = 1000;

export function stricter(a: Action, b: Action): Action {
  return actions.indexOf(a) >= actions.indexOf(b) ? a : b;
}

export function byPlace(a: Finding, b: Finding): number {
  return a.start - b.start || a.end - b.end;
}

import type { Recording } from '../audio/recording.ts';
import type { Choice } from '../choice.ts';
import type { SpokenRequest, SpokenWarning, TimedSentence } from '../server/speech.ts';

/** One speaking of a text: what was asked for, and what has come of it so far. */
export interface Take {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly request: SpokenRequest;
  readonly choice: Choice;
  readonly recording: Recording;
  readonly sentences: readonly TimedSentence[];
  readonly warnings: readonly SpokenWarning[];
  /** It broke off or was stopped: this is not the whole text. */
  readonly brokenOff?: true;
}

/** A word of the text and when it is heard. */
type Word = TimedSentence['words'][number];

/** The word that is heard at a time, or was last. */
export function wordAt({ sentences }: Take, seconds: number): Word | undefined {
  const sentence = sentences.findLast(({ from }) => from <= seconds);
  return sentence?.words.findLast(({ from }) => from <= seconds);
}

/** How long the whole will be, by the share of the text that is made; rough, and right at the end. */
export function expectedSeconds({ request, recording, sentences }: Take): number {
  const last = sentences.at(-1);
  if (recording.complete || last === undefined || last.end === 0) return recording.seconds;
  return Math.max(recording.seconds, (last.to * request.text.trimEnd().length) / last.end);
}

import type { StatusAnswer } from '../../../src/server/schemas/status.ts';
import type { VoiceSummary } from '../../../src/speech.ts';
import type { Explanation } from '../../../src/text/explanation.ts';
import type { Language } from '../strings.ts';
import { askJson } from './ask.ts';

export type { Explanation, StatusAnswer, VoiceSummary };

export interface Voices {
  readonly voices: readonly VoiceSummary[];
  readonly default: string;
}

export function fetchVoices(language: Language): Promise<Voices> {
  return askJson<Voices>('/api/voices', { language });
}

export function fetchStatus(language: Language): Promise<StatusAnswer> {
  return askJson<StatusAnswer>('/api/status', { language });
}

/** How a text is read, and why. */
export function explain(
  body: { readonly text: string; readonly voice?: string; readonly lexicon?: Readonly<Record<string, string>> },
  language: Language,
  signal: AbortSignal,
): Promise<Explanation> {
  return askJson<Explanation>('/api/explain', { body, language, signal });
}

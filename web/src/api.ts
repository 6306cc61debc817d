import type { ErrorCode } from '../../src/errors.ts';
import type { SpeechAnswer } from '../../src/server/schemas/speech.ts';
import type { SpeechRequest, VoiceSummary } from '../../src/speech.ts';
import type { Language } from './strings.ts';

export type { SpeechAnswer, VoiceSummary };

export interface Voices {
  readonly voices: readonly VoiceSummary[];
  readonly default: string;
}

/** What the server said was wrong; its message is fit to show. Anything else thrown here means it was not reached. */
export class ServerError extends Error {
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode) {
    super(message);
    this.code = code;
  }
}

export function fetchVoices(language: Language): Promise<Voices> {
  return ask<Voices>('/api/voices', { headers: { 'accept-language': language } });
}

export function synthesise(request: SpeechRequest, language: Language, signal: AbortSignal): Promise<SpeechAnswer> {
  return ask<SpeechAnswer>('/api/tts', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language },
    body: JSON.stringify(request),
    signal,
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  const answer: unknown = await response.json();
  if (response.ok) return answer as T;
  const { error, code } = answer as { error: string; code: ErrorCode };
  throw new ServerError(error, code);
}

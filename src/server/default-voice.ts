import { LangduError } from '../errors.ts';
import type { VoiceSummary } from '../speech.ts';
import { defaultVoice as firstVoice } from '../voice/registry.ts';

/**
 * The voice of requests that name none: the configured one, or else `tan`, or else the first; '' when there is none.
 * Throws `config_invalid` when the configured one does not exist.
 */
export function defaultVoice(voices: readonly VoiceSummary[], configured: string): string {
  const names = voices.map((voice) => voice.name);
  if (configured !== '' && !names.includes(configured)) {
    throw new LangduError('config_invalid', {
      problem: `LANGDU_VOICE=${configured} (one of ${names.join(', ') || 'no voices'})`,
    });
  }
  return configured || (firstVoice(voices) ?? '');
}

import { LangduError } from '../errors.ts';
import type { VoiceSummary } from '../speech.ts';
import { defaultVoice as firstVoice } from '../voice/registry.ts';
import type { ServerParts } from './parts.ts';

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

/**
 * The voice a request names, or that of requests that name none. Throws `voice_unknown`, or `model_not_ready` when
 * there is none.
 */
export function chooseVoice(
  { speaker, settings }: Pick<ServerParts, 'speaker' | 'settings'>,
  wanted: string | undefined,
): VoiceSummary {
  const voices = speaker.voices();
  const name = wanted ?? defaultVoice(voices, settings.voice);
  const voice = voices.find((each) => each.name === name);
  if (voice !== undefined) return voice;
  if (wanted === undefined) throw new LangduError('model_not_ready');
  throw new LangduError('voice_unknown', { voice: wanted.slice(0, 100), available: voices.map((each) => each.name) });
}

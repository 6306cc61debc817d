import type { VoiceSummary } from './server/read.ts';
import type { SpokenRequest } from './server/speech.ts';

/** What the person has set besides the text. */
export interface Choice {
  readonly voice: string;
  readonly speaker: string;
  readonly emotion: string;
  readonly intensity: number;
  readonly rate: number;
  readonly pitch: number;
  readonly volume: number;
}

const plain = { intensity: 1, rate: 1, pitch: 1, volume: 1 };

/** A voice as it speaks when nothing is set. */
export function plainChoice(voice: VoiceSummary): Choice {
  const emotion = voice.emotions.includes('neutral') ? 'neutral' : (voice.emotions[0] ?? '');
  return { voice: voice.name, speaker: voice.speakers[0] ?? '', emotion, ...plain };
}

/** Another voice with what it shares with the choice so far. */
export function withVoice(choice: Choice, voice: VoiceSummary): Choice {
  const { emotion, speaker } = plainChoice(voice);
  return {
    ...choice,
    voice: voice.name,
    speaker: voice.speakers.includes(choice.speaker) ? choice.speaker : speaker,
    emotion: voice.emotions.includes(choice.emotion) ? choice.emotion : emotion,
  };
}

/**
 * The request: only what the voice offers and what differs from plain, so that a voice is never asked for what it
 * lacks.
 */
export function toRequest(text: string, choice: Choice, voice: VoiceSummary): SpokenRequest {
  const { emotion, intensity } = choice;
  const numbers = (['rate', 'pitch', 'volume'] as const).filter(
    (name) => voice.controls.includes(name) && choice[name] !== plain[name],
  );
  const emotional = emotion !== '' && emotion !== 'neutral';
  return {
    text,
    voice: voice.name,
    ...(voice.speakers.length > 1 ? { speaker: choice.speaker } : {}),
    ...(emotional ? { emotion } : {}),
    ...(emotional && intensity !== plain.intensity ? { intensity } : {}),
    ...Object.fromEntries(numbers.map((name) => [name, choice[name]])),
  };
}

/** A file name that says what is in it: the first characters of the text that a file system takes. */
export function fileName(text: string): string {
  const stem = [...text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()].slice(0, 20).join('').trim();
  return stem === '' ? 'speech' : stem;
}

import { createHash } from 'node:crypto';
import { checkOutput } from '../audio/finish.ts';
import { LangduError } from '../errors.ts';
import type { SpeechRequest, VoiceSummary } from '../speech.ts';
import { parseLexicon } from '../text/lexicon.ts';
import { refuseLoneSurrogate } from '../text/lone-surrogate.ts';
import { type JobRequest, speechOf } from './job.ts';

/**
 * What can be known to be wrong with a request before anything is spoken: a caller should hear it now, not from a
 * failed job. Throws the errors that speaking would throw, or `request_invalid` when the items' voices do not go
 * together.
 */
export function checkRequest(request: JobRequest, voices: readonly VoiceSummary[]): void {
  const lexicons = new Set<string>();
  const rates = request.items.map((item) => checkItem(speechOf(request, item), voices, lexicons));
  const [rate] = rates;
  if (rate === undefined) throw new LangduError('text_empty');
  if (rates.some((each) => each !== rate)) {
    throw new LangduError('request_invalid', {
      problem: 'items: all voices of one job must have the same sample rate',
    });
  }
  checkOutput(rate, request.output);
}

/** Throws `request_invalid` for half a character in any string of a request, names of fields included. */
export function refuseLoneSurrogates(value: unknown, name: string): void {
  if (typeof value === 'string') refuseLoneSurrogate(value, name);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    refuseLoneSurrogates(key, name);
    refuseLoneSurrogates(each, Array.isArray(value) ? name : key);
  }
}

/**
 * The sample rate of the item's voice.
 *
 * @param lexicons that were read already: items have the same one, mostly
 */
function checkItem(item: SpeechRequest, voices: readonly VoiceSummary[], lexicons: Set<string>): number {
  const { emotion, speaker, lexicon } = item;
  const wanted = item.voice ?? '';
  const voice = voices.find(({ name }) => name === wanted);
  if (voice === undefined) {
    throw new LangduError('voice_unknown', { voice: wanted, available: voices.map(({ name }) => name) });
  }
  if (emotion !== undefined && !voice.emotions.includes(emotion)) {
    throw new LangduError('emotion_unknown', { voice: wanted, emotion, available: voice.emotions });
  }
  if (speaker !== undefined && !voice.speakers.includes(speaker)) {
    throw new LangduError('speaker_unknown', { voice: wanted, speaker, available: voice.speakers });
  }
  if (item.seed !== undefined && !voice.controls.includes('seed')) {
    throw new LangduError('control_unsupported', { voice: wanted, control: 'seed', available: voice.controls });
  }
  if (lexicon !== undefined && !lexicons.has(lexicon)) {
    parseLexicon(lexicon);
    lexicons.add(lexicon);
  }
  return voice.sampleRate;
}

/**
 * What stands for a request when its key comes again: equal requests have equal ones, whatever the order of their
 * fields.
 */
export function fingerprintOf(asked: unknown): string {
  return createHash('sha256').update(canonical(asked)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
    .join()}}`;
}

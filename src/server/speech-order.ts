import { checkOutput, type OutputOptions } from '../audio/finish.ts';
import { LangduError } from '../errors.ts';
import type { SpeechRequest, VoiceSummary } from '../speech.ts';
import { countText } from './check-text.ts';
import { chooseVoice } from './default-voice.ts';
import type { ServerParts } from './parts.ts';
import type { SpokenFields } from './schemas/speech.ts';

/** A request to speak that has passed every check that needs no work. */
export interface SpeechOrder {
  readonly request: SpeechRequest & { readonly voice: string };
  readonly output: OutputOptions;
  readonly voice: VoiceSummary;
  /** Length of the text in code points. */
  readonly characters: number;
}

/**
 * Throws what is wrong with the text, the voice's name, the format and its options. The voice itself checks its
 * controls.
 */
export function takeOrder(
  fields: SpokenFields,
  parts: Pick<ServerParts, 'speaker' | 'settings'>,
  limit: number = parts.settings.maxText,
): SpeechOrder {
  const characters = countText(fields.text, limit);
  const voice = chooseVoice(parts, fields.voice);
  const { request, output } = readSpokenFields(fields);
  checkOutput(voice.sampleRate, output);
  return { request: { ...request, voice: voice.name }, output, voice, characters };
}

/** The fields of a body in the terms of the layers below. Throws `request_invalid` for a lexicon that is none. */
export function readSpokenFields(fields: SpokenFields): { request: SpeechRequest; output: OutputOptions } {
  const { text, voice, speaker, emotion, intensity, rate, pitch, seed } = fields;
  const { format, sample_rate: sampleRate, volume, loudness, trim_silence: trimSilence, bitrate } = fields;
  const lexicon = fields.lexicon === undefined ? undefined : lexiconLines(fields.lexicon);
  return {
    request: { text, voice, speaker, emotion, intensity, rate, pitch, seed, lexicon },
    // The gain is the file's, so that it comes after `loudness`, and sentences are the same at every volume.
    output: { format, sampleRate, volume, loudness, trimSilence, bitrate },
  };
}

/** `{"阿里": "a1 li3"}` as the lexicon file that says so. */
export function lexiconLines(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([word, said]) => {
      if (!/^[^\s#]\S*$/u.test(word))
        throw new LangduError('request_invalid', { problem: `lexicon: no word: "${word}"` });
      if (/[\r\n]/.test(said) || said.trim() === '') {
        throw new LangduError('request_invalid', { problem: `lexicon, ${word}: one line of pinyin, or =replacement` });
      }
      return `${word}\t${said}`;
    })
    .join('\n');
}

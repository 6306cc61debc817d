import { LangduError } from '../../errors.ts';
import type { VoiceSummary } from '../../speech.ts';
import { chooseVoice } from '../default-voice.ts';
import type { ServerParts } from '../parts.ts';

/** OpenAI's voices: names that clients have built in. Each is the default voice, unless an alias says otherwise. */
const theirs = [
  ...['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse', 'marin', 'cedar'],
];

/**
 * Throws `config_invalid` for an alias that is the name of another voice, which goes before it, and for one of a voice
 * that does not exist.
 */
export function checkAliases(voices: readonly VoiceSummary[], aliases: ReadonlyMap<string, string>): void {
  const names = voices.map(({ name }) => name);
  for (const [alias, name] of aliases) {
    const wrong = !names.includes(name)
      ? `one of ${names.join(', ') || 'no voices'}`
      : names.includes(alias) && alias !== name && `${alias} is a voice itself`;
    if (wrong) throw new LangduError('config_invalid', { problem: `LANGDU_VOICE_ALIASES=${alias}=${name} (${wrong})` });
  }
}

/**
 * Every name that a voice may be asked for by, and the voice: ours, then the aliases. A voice of that name goes before
 * one.
 */
export function namedVoices({ speaker, settings }: Pick<ServerParts, 'speaker' | 'settings'>): [string, string][] {
  const ours = new Map(speaker.voices().map(({ name }) => [name, name]));
  return [...ours, ...[...settings.voiceAliases].filter(([alias]) => !ours.has(alias))];
}

/**
 * The voice that a name of OpenAI's API stands for: ours, an alias of the settings, or one of OpenAI's own.
 * Throws `voice_unknown` naming ours and the aliases.
 */
export function voiceNamed(name: string, parts: Pick<ServerParts, 'speaker' | 'settings'>): string {
  const named = namedVoices(parts);
  const voice = named.find(([each]) => each === name)?.[1];
  if (voice !== undefined) return chooseVoice(parts, voice).name;
  if (theirs.includes(name)) return chooseVoice(parts, undefined).name;
  throw new LangduError('voice_unknown', { voice: name.slice(0, 100), available: named.map(([each]) => each) });
}

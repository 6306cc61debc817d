import { LangduError } from '../../errors.ts';
import { chooseVoice } from '../default-voice.ts';
import type { ServerParts } from '../parts.ts';

/** OpenAI's voices: names that clients have built in. Each is the default voice, unless an alias says otherwise. */
const theirs = [
  ...['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse', 'marin', 'cedar'],
];

/**
 * The voice that a name of OpenAI's API stands for: ours, an alias of the settings, or one of OpenAI's own.
 * Throws `voice_unknown` naming ours and the aliases.
 */
export function voiceNamed(name: string, parts: Pick<ServerParts, 'speaker' | 'settings'>): string {
  const ours = parts.speaker.voices().map((voice) => voice.name);
  if (ours.includes(name)) return name;
  const aliases = parts.settings.voiceAliases;
  const alias = aliases.get(name);
  if (alias !== undefined) return chooseVoice(parts, alias).name;
  if (theirs.includes(name)) return chooseVoice(parts, undefined).name;
  throw new LangduError('voice_unknown', { voice: name.slice(0, 100), available: [...ours, ...aliases.keys()] });
}

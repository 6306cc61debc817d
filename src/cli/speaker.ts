import type { Settings } from '../config/settings.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { parseLexicon } from '../text/lexicon.ts';
import { collectInLulls, collectSeldom } from './collect.ts';
import { readTextFile } from './read-file.ts';

export type SpeakerSettings = Pick<
  Settings,
  'voices' | 'voice' | 'workers' | 'lexicon' | 'cacheBytes' | 'cacheFolder' | 'cacheDiskBytes'
>;

export interface SpeakerParts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onWorkerLost?: () => void;
  /** Of those who listen: work in the batch lane waits as long as it must. */
  readonly limits?: Pick<Settings, 'longestWait' | 'longestQueue'>;
}

/**
 * The speaker that the settings name, for a process that serves or works. Throws `config_invalid` when it has no voice.
 */
export async function openSpeaker(settings: SpeakerSettings, { limits, ...parts }: SpeakerParts): Promise<Dispatcher> {
  collectSeldom();
  const { Dispatcher } = await import('../dispatch/dispatcher.ts');
  return Dispatcher.open({
    voices: settings.voices,
    defaultVoice: settings.voice || undefined,
    lexicon: settings.lexicon === '' ? undefined : readLexicon(settings.lexicon),
    workers: settings.workers,
    cacheBytes: settings.cacheBytes,
    cacheFolder: settings.cacheFolder,
    cacheDiskBytes: settings.cacheDiskBytes,
    longestWaitMs: limits && limits.longestWait * 1000,
    longestQueue: limits?.longestQueue,
    onLull: collectInLulls(),
    ...parts,
  }).catch((error: unknown) => {
    throw withoutVoice(error, settings.voices);
  });
}

/** The server's lexicon. A fault in it stops the start, and says its line. */
export function readLexicon(path: string): string {
  const lexicon = readTextFile(path);
  parseLexicon(lexicon, path);
  return lexicon;
}

/** A start without its voice is a matter of the settings. */
function withoutVoice(error: unknown, folder: string): unknown {
  if (!(error instanceof LangduError) || error.code !== 'voice_unknown') return error;
  const { voice, available } = error.params;
  const none = !Array.isArray(available);
  const problem = none
    ? `LANGDU_VOICES=${folder} (no voices there; langdu import makes them)`
    : `LANGDU_VOICE=${voice} (one of ${available})`;
  return new LangduError('config_invalid', { problem }, error);
}

/** Closes these, then throws on: whatever fails at a start, workers would keep a process alive that serves nobody. */
export function closing(...parts: readonly { close(): Promise<void> }[]): (error: unknown) => Promise<never> {
  return async (error) => {
    for (const part of parts) await part.close();
    throw error;
  };
}

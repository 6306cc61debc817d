import type { Command } from 'commander';
import { resolveSettings } from '../../config/settings.ts';
import type { Dispatcher } from '../../dispatch/dispatcher.ts';
import { asLangduError, LangduError } from '../../errors.ts';
import { inParallel } from '../../in-parallel.ts';
import { terminalLanguage } from '../exit.ts';
import { addSettingOptions, type SettingFlags, settingSources } from '../options.ts';
import { Progress } from '../progress.ts';
import { readFile, unreadable } from '../read-file.ts';
import { openSpeaker } from '../speaker.ts';
import { speakerSettings } from '../taken-settings.ts';
import { addVoicingOptions, requestOf, type VoicingOptions } from '../voicing.ts';

/** Phrases that are made at a time: enough for workers to batch. */
const AT_ONCE = 16;

export function addWarm(program: Command): void {
  const command = program
    .command('warm')
    .description('make phrases ahead of time: they are in the cache of every server that shares its folder')
    .argument('<file>', 'a phrase a line, UTF-8; lines that begin with # and empty ones do not count');
  addSettingOptions(addVoicingOptions(command), speakerSettings).action(warm);
}

interface Phrase {
  readonly line: number;
  readonly text: string;
}

async function warm(path: string, flags: SettingFlags & Omit<VoicingOptions, 'voice'>): Promise<void> {
  const phrases = readPhrases(path);
  const { settings } = resolveSettings(settingSources(flags));
  if (settings.cacheDiskBytes === 0) {
    throw new LangduError('request_invalid', { problem: 'the cache has no disk to warm (LANGDU_CACHE_DISK_BYTES=0)' });
  }
  const [{ createMetrics }, { createLog }] = await Promise.all([import('../../metrics.ts'), import('../../log.ts')]);
  const metrics = createMetrics();
  const speaker = await openSpeaker(settings, { log: createLog('warn'), metrics });
  const counts = { made: 0, there: 0, failed: 0 };
  const progress = new Progress();
  let begun = 0;
  await inParallel(phrases, AT_ONCE, async (phrase) => {
    begun += 1;
    counts[await make(speaker, phrase, flags)] += 1;
    progress.update(`${begun} / ${phrases.length}`);
  });
  progress.done();
  // Waits for what is still being written.
  await speaker.close();
  const unwritten = (await metrics.samples('langdu_cache_unwritten_total')).some(({ value }) => value > 0);
  metrics.close();
  process.stdout.write(
    `${counts.made} made, ${counts.there} were there, ${counts.failed} failed: ${settings.cacheFolder}\n`,
  );
  if (unwritten) {
    throw new LangduError('storage_failed', {}, new Error(`not all that was made is in ${settings.cacheFolder}`));
  }
  if (counts.failed > 0)
    throw new LangduError('request_invalid', { problem: `${counts.failed} lines of ${path}, named above` });
}

async function make(
  speaker: Dispatcher,
  { line, text }: Phrase,
  options: VoicingOptions,
): Promise<'made' | 'there' | 'failed'> {
  let hit = false;
  try {
    const speech = speaker.speak(requestOf(text, options), {
      lane: 'batch',
      keep: true,
      onDone: (cache) => {
        hit = cache === 'hit';
      },
    });
    for await (const _ of speech);
    return hit ? 'there' : 'made';
  } catch (error) {
    process.stderr.write(`langdu: ${line}: ${asLangduError(error).say(terminalLanguage())}\n`);
    return 'failed';
  }
}

function readPhrases(path: string): Phrase[] {
  const bytes = readFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, error);
  }
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, text: line.trim() }))
    .filter(({ text: phrase }) => phrase !== '' && !phrase.startsWith('#'));
}

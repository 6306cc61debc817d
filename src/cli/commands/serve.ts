import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { resolveSettings } from '../../config/settings.ts';
import { LangduError } from '../../errors.ts';
import { createLog } from '../../log.ts';
import type { RunningServer } from '../../server/listen.ts';
import { parseLexicon } from '../../text/lexicon.ts';
import { addSettingOptions, type SettingFlags, settingSources } from '../options.ts';

export function addServe(program: Command): void {
  addSettingOptions(program.command('serve').description('serve the page and the HTTP API')).action(serve);
}

async function serve(flags: SettingFlags): Promise<void> {
  const { settings } = resolveSettings(settingSources(flags));
  const log = createLog(settings.log);
  // The workers start before anything else is loaded: reading the server's code takes as long as their start.
  const [{ Dispatcher }, { createMetrics }] = await Promise.all([
    import('../../dispatch/dispatcher.ts'),
    import('../../metrics.ts'),
  ]);
  const metrics = createMetrics();
  let server: RunningServer | undefined;
  const opening = Dispatcher.open({
    voices: settings.voices,
    defaultVoice: settings.voice || undefined,
    lexicon: settings.lexicon === '' ? undefined : readLexicon(settings.lexicon),
    workers: settings.workers,
    cacheBytes: settings.cacheBytes,
    cacheFolder: settings.cacheFolder,
    cacheDiskBytes: settings.cacheDiskBytes,
    longestWaitMs: settings.longestWait * 1000,
    longestQueue: settings.longestQueue,
    onWorkerLost: () => server?.doubt('worker_lost'),
    log,
    metrics,
  });
  opening.catch(() => undefined); // awaited below; until then its failure is nobody's
  const [
    { openResultStore },
    { openJobs },
    { measureJobs },
    { openPolicy },
    { startServer, stopOnSignals },
    { listVoices },
  ] = await Promise.all([
    import('../../results/open.ts'),
    import('../../jobs/open.ts'),
    import('../../jobs/measure.ts'),
    import('../../policy/policy.ts'),
    import('../../server/listen.ts'),
    import('../../voice/registry.ts'),
  ]);
  // Once, at the start: a damaged package is left out of the voices, and the others serve.
  listVoices(settings.voices, (error) => log.error({ err: error }, error.message));
  const speaker = await opening.catch((error: unknown) => {
    throw withoutVoice(error, settings.voices);
  });
  // Whatever fails from here on, the workers would keep a process alive that serves nobody.
  const results = await openResultStore(settings, log).catch(closing(speaker));
  const policy = await openPolicy(settings, log).catch(closing(results, speaker));
  const work = await openJobs(settings, { speaker, results, log, onCounts: measureJobs(metrics) }).catch(
    closing(policy, results, speaker),
  );
  const { jobs } = work;
  server = await startServer({ speaker, results, jobs, work, policy, settings, log, metrics }).catch(
    closing(work, policy, results, speaker),
  );
  process.on('SIGHUP', () => void policy.reload());
  stopOnSignals(server, log);
  const startedMs = Math.round(performance.now());
  log.info({ address: server.address, voices: speaker.voices().map((voice) => voice.name), startedMs }, 'ready');
}

/** The server's lexicon. A fault in it stops the start, and says its line. */
function readLexicon(path: string): string {
  let lexicon: string;
  try {
    lexicon = readFileSync(path, 'utf8');
  } catch (error) {
    throw new LangduError('file_unreadable', { path }, error);
  }
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

function closing(...parts: readonly { close(): Promise<void> }[]): (error: unknown) => Promise<never> {
  return async (error) => {
    for (const part of parts) await part.close();
    throw error;
  };
}

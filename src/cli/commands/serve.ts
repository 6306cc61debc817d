import type { Command } from 'commander';
import { resolveSettings } from '../../config/settings.ts';
import { createLog } from '../../log.ts';
import type { RunningServer } from '../../server/listen.ts';
import { addSettingOptions, type SettingFlags, settingSources } from '../options.ts';
import { closing, openSpeaker } from '../speaker.ts';

export function addServe(program: Command): void {
  addSettingOptions(program.command('serve').description('serve the page and the HTTP API')).action(serve);
}

async function serve(flags: SettingFlags): Promise<void> {
  const { settings } = resolveSettings(settingSources(flags));
  const log = createLog(settings.log);
  // The workers start before anything else is loaded: reading the server's code takes as long as their start.
  const { createMetrics } = await import('../../metrics.ts');
  const metrics = createMetrics();
  let server: RunningServer | undefined;
  const opening = openSpeaker(settings, { log, metrics, onWorkerLost: () => server?.doubt('worker_lost') });
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
  const speaker = await opening;
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

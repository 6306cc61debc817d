import type { Command } from 'commander';
import { resolveSettings } from '../../config/settings.ts';
import type { Log } from '../../log.ts';
import { addSettingOptions, type SettingFlags, settingSources } from '../options.ts';
import { closing, openSpeaker } from '../speaker.ts';
import { resultSettings, speakerSettings, workSettings } from '../taken-settings.ts';

export function addWorker(program: Command): void {
  const command = program.command('worker').description('work on jobs that servers accept, and serve nothing');
  const own = ['metricsPort', 'metricsHost', 'log'] as const;
  addSettingOptions(command, [...speakerSettings, ...resultSettings, ...workSettings, ...own]).action(work);
}

async function work(flags: SettingFlags): Promise<void> {
  const { settings } = resolveSettings(settingSources(flags));
  const [{ createLog }, { createMetrics }, { openResultStore }, { openJobs }, { measureJobs }, { serveMetrics }] =
    await Promise.all([
      import('../../log.ts'),
      import('../../metrics.ts'),
      import('../../results/open.ts'),
      import('../../jobs/open.ts'),
      import('../../jobs/measure.ts'),
      import('../../server/metrics-port.ts'),
    ]);
  const log = createLog(settings.log);
  const metrics = createMetrics();
  const speaker = await openSpeaker(settings, { log, metrics });
  const results = await openResultStore(settings, log).catch(closing(speaker));
  // A worker with no slots would do nothing, which nobody starts one for.
  const slots = settings.jobSlots || settings.workers;
  const jobs = await openJobs(
    { ...settings, jobSlots: slots },
    { speaker, results, log, onCounts: measureJobs(metrics) },
  ).catch(closing(results, speaker));
  const beside =
    settings.metricsPort === 0
      ? undefined
      : await serveMetrics(metrics, settings).catch(closing(jobs, results, speaker));
  stopOnce(log, async () => {
    await jobs.close();
    beside?.close();
    await speaker.close();
    await results.close();
  });
  const startedMs = Math.round(performance.now());
  log.info({ slots, voices: speaker.voices().map((voice) => voice.name), startedMs }, 'ready');
}

/** The sentences at hand are finished, and the jobs go on elsewhere; a second signal does what the system has it do. */
function stopOnce(log: Log, stop: () => Promise<void>): void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const each of signals) process.removeListener(each, onSignal);
    log.info({ signal }, 'stopping');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stop failed');
        process.kill(process.pid, 'SIGKILL');
      },
    );
  };
  for (const signal of signals) process.on(signal, onSignal);
}

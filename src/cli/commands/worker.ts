import type { Command } from 'commander';
import { resolveSettings } from '../../config/settings.ts';
import { addSettingOptions, type SettingFlags, settingSources, warnOfStrays } from '../options.ts';
import { closing, openSpeaker } from '../speaker.ts';
import { resultSettings, speakerSettings, workSettings } from '../taken-settings.ts';

export function addWorker(program: Command): void {
  const command = program.command('worker').description('work on jobs that servers accept, and serve nothing');
  const own = ['metricsPort', 'metricsHost', 'log', 'stopSeconds'] as const;
  addSettingOptions(command, [...speakerSettings, ...resultSettings, ...workSettings, ...own]).action(work);
}

async function work(flags: SettingFlags): Promise<void> {
  const { settings } = resolveSettings(settingSources(flags));
  const [
    { createLog },
    { createMetrics },
    { openResultStore },
    { openJobs },
    { measureJobs },
    { serveMetrics },
    { settled },
    { LAST_STEP_MS, SPEAKER_CLOSE_MS, stopOnSignals },
  ] = await Promise.all([
    import('../../log.ts'),
    import('../../metrics.ts'),
    import('../../results/open.ts'),
    import('../../jobs/open.ts'),
    import('../../jobs/measure.ts'),
    import('../../server/metrics-port.ts'),
    import('../../settled.ts'),
    import('../../server/stopping.ts'),
  ]);
  const log = createLog(settings.log);
  warnOfStrays(log);
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
  /** The turns at hand end after their sentences, within their time; the jobs go on elsewhere. */
  const stop = async (): Promise<boolean> => {
    await settled(jobs.stop(), settings.stopSeconds * 1000);
    beside?.close();
    const quiet = await settled(speaker.close(), SPEAKER_CLOSE_MS);
    for (const part of [jobs, results]) await settled(part.close(), LAST_STEP_MS);
    return quiet;
  };
  stopOnSignals({ stop }, log);
  const startedMs = Math.round(performance.now());
  log.info({ slots, voices: speaker.voices().map((voice) => voice.name), startedMs }, 'ready');
}

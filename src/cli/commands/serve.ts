import type { Command } from 'commander';
import { joinCluster, type Member } from '../../cluster/member.ts';
import { checkProcesses, shareOf } from '../../cluster/share.ts';
import { resolveSettings, type Settings } from '../../config/settings.ts';
import type { RunningServer } from '../../server/listen.ts';
import { addSettingOptions, type SettingFlags, settingSources, warnOfStrays } from '../options.ts';
import { closing, openSpeaker } from '../speaker.ts';

export function addServe(program: Command): void {
  addSettingOptions(program.command('serve').description('serve the page and the HTTP API')).action(serve);
}

/** Tells a process of several its number. */
const NUMBER = 'LANGDU_PROCESS_NUMBER';
/** What a stop may take beyond the configured times, as src/server/listen.ts has it, and some. */
const LAST_STEPS_SECONDS = 12;

/** What a reload reads again. Nothing while the server starts: all of it is yet to be read, or looked at soon. */
let reload = (): void => undefined;

async function serve(flags: SettingFlags): Promise<void> {
  // First of all: a reload during the start would end the process, and systemd take that for a clean end.
  process.on('SIGHUP', () => reload());
  const resolved = resolveSettings(settingSources(flags));
  if (resolved.settings.processes === 1) return serveHere(resolved.settings);
  checkProcesses(resolved);
  const number = process.env[NUMBER];
  if (number === undefined) return serveInProcesses(resolved.settings);
  return serveHere(shareOf(resolved, Number(number)), joinCluster(Number(number)));
}

async function serveInProcesses({ processes, drainSeconds, stopSeconds, log: level }: Settings): Promise<void> {
  const [{ supervise }, { createLog }, { createMetrics }] = await Promise.all([
    import('../../cluster/supervise.ts'),
    import('../../log.ts'),
    import('../../metrics.ts'),
  ]);
  const log = createLog(level);
  warnOfStrays(log);
  const stopMs = (drainSeconds + stopSeconds + LAST_STEPS_SECONDS) * 1000;
  process.exit(await supervise({ processes, stopMs, variable: NUMBER, log, metrics: createMetrics() }));
}

/** @param member set when this is one of several processes */
async function serveHere(settings: Settings, member?: Member): Promise<void> {
  const [{ createLog }, { createMetrics }] = await Promise.all([import('../../log.ts'), import('../../metrics.ts')]);
  const log = createLog(
    settings.log,
    undefined,
    member === undefined ? null : { process: member.number, pid: process.pid },
  );
  if (member === undefined) warnOfStrays(log);
  // The workers start before anything else is loaded: reading the server's code takes as long as their start.
  const own = createMetrics();
  const metrics = member?.metricsOfAll(own) ?? own;
  let server: RunningServer | undefined;
  const opening = openSpeaker(settings, {
    ...{ log, metrics, limits: settings },
    onWorkerLost: () => server?.doubt('worker_lost'),
  });
  opening.catch(() => undefined); // awaited below; until then its failure is nobody's
  const [
    { openResultStore },
    { openJobs },
    { measureJobs },
    { openPolicy },
    { startServer },
    { stopOnSignals },
    { listVoices },
  ] = await Promise.all([
    import('../../results/open.ts'),
    import('../../jobs/open.ts'),
    import('../../jobs/measure.ts'),
    import('../../policy/policy.ts'),
    import('../../server/listen.ts'),
    import('../../server/stopping.ts'),
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
  const parts = { speaker, results, jobs, work, policy, settings, log, metrics };
  server = await startServer({ ...parts, probeFirst: member !== undefined }).catch(
    closing(work, policy, results, speaker),
  );
  reload = () => void policy.reload();
  const stop = stopOnSignals(server, log);
  member?.onStop(stop);
  const startedMs = Math.round(performance.now());
  log.info({ address: server.address, voices: speaker.voices().map((voice) => voice.name), startedMs }, 'ready');
  member?.ready(server.address);
}

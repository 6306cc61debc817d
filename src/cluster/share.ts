import type { ResolvedSettings, Settings } from '../config/settings.ts';
import { LangduError } from '../errors.ts';

/** Throws `config_invalid` where settings make no sense with several processes. */
export function checkProcesses({ settings, origins }: ResolvedSettings): void {
  const { processes, workers, port, metricsPort } = settings;
  if (processes === 1) return;
  const refuse = (problem: string): never => {
    throw new LangduError('config_invalid', { problem });
  };
  if (port === 0) {
    refuse(`LANGDU_PROCESSES=${processes} with PORT=0 (several processes share one port: name it)`);
  }
  if (metricsPort === port) {
    refuse(`LANGDU_METRICS_PORT=${metricsPort} with PORT=${port} (another port, or 0 for the same)`);
  }
  if (origins.workers.source !== 'default' && workers < processes) {
    refuse(`LANGDU_PROCESSES=${processes} with LANGDU_WORKERS=${workers} (each process needs a worker of its own)`);
  }
}

/**
 * The settings of one process. Workers and memory for sentences are said for the whole machine, and divided; everything
 * else that counts (connections, queue, limits of callers, slots for jobs) is of each process.
 * @param number from 1
 */
export function shareOf({ settings, origins }: ResolvedSettings, number: number): Settings {
  const { processes } = settings;
  const byDefault = origins.workers.source === 'default';
  // Unless somebody said how many, each has one.
  const workers = byDefault ? Math.max(processes, settings.workers) : settings.workers;
  const rest = number <= workers % processes ? 1 : 0;
  return {
    ...settings,
    workers: Math.floor(workers / processes) + rest,
    cacheBytes: Math.floor(settings.cacheBytes / processes),
  };
}

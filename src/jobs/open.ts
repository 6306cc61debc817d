import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import { bucketOf, type S3Settings } from '../results/s3/settings.ts';
import type { ResultStore } from '../results/store.ts';
import type { Speaker } from '../speech.ts';
import { listOf } from './callbacks/addresses.ts';
import { readCallbackKeys } from './callbacks/keys.ts';
import { CallbackSender } from './callbacks/sender.ts';
import type { JobCounts, JobDriver } from './driver.ts';
import { Jobs } from './jobs.ts';
import { Keeper } from './keeper.ts';
import { openFolderLogs } from './log/folder.ts';
import type { LogStore } from './log/store.ts';
import { JobRunner } from './runner.ts';
import { viewOf } from './view.ts';

export type JobSettings = S3Settings &
  Pick<
    Settings,
    | 'jobs'
    | 'redis'
    | 'jobSlots'
    | 'jobTurn'
    | 'jobLease'
    | 'jobTries'
    | 'jobKeepHours'
    | 'maxJobText'
    | 'maxJobs'
    | 'callbackSecret'
    | 'callbackAllow'
    | 'resultsDriver'
  >;

export interface OpenJobsParts {
  readonly speaker: Speaker;
  readonly results: ResultStore;
  readonly log: Log;
  /** Waits between tries of a callback, in milliseconds. */
  readonly callbackWaits?: readonly number[];
  /** Told every few seconds. */
  readonly onCounts?: (counts: JobCounts) => void;
}

/** Jobs, and what does them in this process. */
export interface OpenedJobs {
  readonly jobs: Jobs;
  readonly driver: JobDriver;
  readonly logs: LogStore;
  readonly keeper: Keeper;
  /**
   * Ends the turns at hand after the sentences they are at. Jobs go on elsewhere, or at the next start; they can still
   * be asked for.
   */
  stop(): Promise<void>;
  /** Stops, and closes everything. */
  close(): Promise<void>;
}

/** Opens the driver that the settings name and begins to work. Throws `config_invalid` or `storage_failed`. */
export async function openJobs(settings: JobSettings, parts: OpenJobsParts): Promise<OpenedJobs> {
  const { speaker, results, log } = parts;
  const keys = keysOf(settings);
  const allowed = allowedOf(settings);
  const keepMs = settings.jobKeepHours * 3_600_000;
  const logs = await openLogs(settings);
  const driver = await openDriver(settings);
  const callbacks =
    keys.length === 0
      ? undefined
      : new CallbackSender({
          ...{ driver, keys, allowed, log },
          describe: (job) => viewOf(job, 'en', Date.now()),
          ...(parts.callbackWaits === undefined ? {} : { waits: parts.callbackWaits }),
        });
  const jobs = new Jobs({
    ...{ driver, logs, results, speaker, log, allowed },
    maxText: settings.maxJobText,
    maxJobs: settings.maxJobs,
    callbacks: callbacks !== undefined,
  });
  const keeper = new Keeper({ driver, logs, results, callbacks, log, keepMs, onCounts: parts.onCounts });
  const { jobSlots: slots, jobTurn: turn, jobTries: tries } = settings;
  const runner = new JobRunner({ driver, logs, results, speaker, log, slots, turn, tries });
  const stop = async (): Promise<void> => {
    await Promise.all([runner.stop(), keeper.stop()]);
  };
  return { ...{ jobs, driver, logs, keeper, stop }, close: () => stop().then(() => driver.close()) };
}

/**
 * Beside the results, so that whoever reaches these reaches those. A single machine's go into its folder all the same.
 */
async function openLogs(settings: JobSettings): Promise<LogStore> {
  if (settings.redis === '' || settings.resultsDriver !== 's3') {
    // Each driver's apart: who keeps order in these knows the jobs of one alone, and would take the other's for
    // leftovers.
    const former = join(settings.jobs, 'logs');
    return openFolderLogs(join(former, settings.redis === '' ? 'sqlite' : 'redis'), former);
  }
  const { openBucketLogs } = await import('./log/bucket.ts');
  return openBucketLogs(bucketOf(settings));
}

export type DriverSettings = Pick<Settings, 'jobs' | 'redis' | 'jobLease' | 'jobTries' | 'jobKeepHours'>;

/** The place of jobs alone, for whoever only looks at them. */
export async function openDriver(settings: DriverSettings): Promise<JobDriver> {
  const options = {
    leaseMs: settings.jobLease * 1000,
    tries: settings.jobTries,
    keepMs: settings.jobKeepHours * 3_600_000,
  };
  // Each brings its own package, which the other has no use for.
  if (settings.redis !== '') {
    const { openRedis } = await import('./redis/driver.ts');
    return openRedis({ ...options, url: settings.redis });
  }
  const { openEmbedded } = await import('./embedded/driver.ts');
  return openEmbedded({ ...options, folder: settings.jobs });
}

function keysOf({ callbackSecret }: JobSettings): readonly Buffer[] {
  const keys = readCallbackKeys(callbackSecret);
  if (keys !== undefined) return keys;
  throw new LangduError('config_invalid', {
    problem: 'LANGDU_CALLBACK_SECRET=*** (whsec_ and Base64 of 24 to 64 bytes; several are separated by blanks)',
  });
}

function allowedOf({ callbackAllow }: JobSettings) {
  try {
    return listOf(callbackAllow);
  } catch (error) {
    const problem = `LANGDU_CALLBACK_ALLOW=${callbackAllow.join(',')} (networks such as 10.1.0.0/16 or fd00::/8)`;
    throw new LangduError('config_invalid', { problem }, error);
  }
}

import type { Settings } from '../config/settings.ts';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import { bucketOf, type S3Settings } from './s3/settings.ts';
import type { ResultStore } from './store.ts';

export type ResultSettings = S3Settings &
  Pick<Settings, 'resultsDriver' | 'output' | 'keepHours' | 'keepBytes' | 's3Delivery'>;

export interface OpenOptions {
  /** False leaves sweeping to whoever calls for it: the command line, beside a server that does it. */
  readonly upkeep?: boolean;
}

/**
 * The store that the settings name; only its driver is loaded. Throws `config_invalid` when it cannot be had as they
 * say.
 */
export function openResultStore(settings: ResultSettings, log: Log, options: OpenOptions = {}): Promise<ResultStore> {
  return settings.resultsDriver === 's3' ? openS3(settings, log, options) : openFiles(settings, log, options);
}

async function openFiles(settings: ResultSettings, log: Log, { upkeep = true }: OpenOptions): Promise<ResultStore> {
  const { output: folder, keepHours, keepBytes } = settings;
  const { openFileStore } = await import('./files.ts');
  try {
    return await openFileStore({ folder, keepHours, keepBytes, log, upkeep });
  } catch (error) {
    throw unusable(error, `LANGDU_OUTPUT=${folder}`, 'a folder to write to');
  }
}

async function openS3(settings: ResultSettings, log: Log, { upkeep = true }: OpenOptions): Promise<ResultStore> {
  const { s3Bucket: bucket, s3Prefix: prefix, keepHours, keepBytes } = settings;
  const needed = {
    LANGDU_S3_BUCKET: bucket,
    AWS_ACCESS_KEY_ID: settings.s3AccessKeyId,
    AWS_SECRET_ACCESS_KEY: settings.s3SecretAccessKey,
  };
  const missing = Object.entries(needed).filter(([, value]) => value === '');
  if (missing.length > 0) {
    throw new LangduError('config_invalid', { problem: `${missing[0]![0]} (needed when LANGDU_RESULTS is s3)` });
  }
  // A URL would take such steps for ways up.
  if (
    prefix.split('/').some((step, at) => step === '.' || step === '..' || (step === '' && at === 0 && prefix !== ''))
  ) {
    throw new LangduError('config_invalid', {
      problem: `LANGDU_S3_PREFIX=${prefix} (a beginning of keys, such as langdu/)`,
    });
  }
  const { openS3Store } = await import('./s3.ts');
  try {
    return await openS3Store({
      ...bucketOf(settings),
      delivery: settings.s3Delivery,
      keepHours,
      keepBytes,
      log,
      upkeep,
    });
  } catch (error) {
    throw unusable(error, `LANGDU_S3_BUCKET=${bucket}`, 'a bucket that can be listed, read and written');
  }
}

/** A start without a place to keep results is a matter of the settings. */
function unusable(error: unknown, setting: string, valid: string): unknown {
  if (!(error instanceof LangduError) || error.code === 'config_invalid') return error;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = code || (cause instanceof Error ? cause.message : 'unusable');
  return new LangduError('config_invalid', { problem: `${setting} (${why}: ${valid})` }, error);
}

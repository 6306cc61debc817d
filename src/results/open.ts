import type { Settings } from '../config/settings.ts';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import { openFileStore } from './files.ts';
import type { ResultStore } from './store.ts';

export type ResultSettings = Pick<Settings, 'resultsDriver' | 'output' | 'keepHours' | 'keepBytes'>;

export interface OpenOptions {
  /** False leaves sweeping to whoever calls for it: the command line, beside a server that does it. */
  readonly upkeep?: boolean;
}

/** The store that the settings name. Throws `config_invalid` when it cannot be had as they say. */
export async function openResultStore(
  settings: ResultSettings,
  log: Log,
  { upkeep = true }: OpenOptions = {},
): Promise<ResultStore> {
  const { output, keepHours, keepBytes } = settings;
  try {
    return await openFileStore({ folder: output, keepHours, keepBytes, log, upkeep });
  } catch (error) {
    throw unusable(error, `LANGDU_OUTPUT=${output}`, 'a folder to write to');
  }
}

/** A start without a place to keep results is a matter of the settings. */
function unusable(error: unknown, setting: string, valid: string): unknown {
  if (!(error instanceof LangduError) || error.code === 'config_invalid') return error;
  const { cause } = error;
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unusable';
  return new LangduError('config_invalid', { problem: `${setting} (${why}: ${valid})` }, error);
}

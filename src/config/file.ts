import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type * as Yaml from 'yaml';
import { LangduError } from '../errors.ts';

/** A configuration file as it is written; settings.ts says what its values may be. */
export interface ConfigFile {
  readonly path: string;
  /** What its paths are relative to. */
  readonly folder: string;
  /** By `group.name`. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** Read from the working directory when nobody names a file. */
export const DEFAULT_FILE = 'langdu.yaml';

/**
 * The file that `--config` or LANGDU_CONFIG names, else `langdu.yaml` where there is one.
 *
 * @throws LangduError `config_invalid` when a named file is not there, or a file is not groups of keys in YAML or JSON
 */
export function findConfigFile(named: string | undefined): ConfigFile | undefined {
  if (named !== undefined && named !== '') return readConfigFile(resolve(named));
  return existsSync(DEFAULT_FILE) ? readConfigFile(resolve(DEFAULT_FILE)) : undefined;
}

function readConfigFile(path: string): ConfigFile {
  const document = readYaml(path);
  const values = new Map<string, unknown>();
  for (const [group, settings] of entriesOf(document, path, 'groups of keys')) {
    for (const [name, value] of entriesOf(settings, `${path} ${group}`, 'keys with values')) {
      values.set(`${group}.${name}`, value);
    }
  }
  return { path, folder: dirname(path), values };
}

/**
 * What a file of YAML says. Throws `config_invalid` for one that is not there or not YAML, with the place, and
 * without quoting it: it may hold secrets.
 */
export function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new LangduError('config_invalid', { problem: `${path} (${why}: a file to read)` }, error);
  }
  try {
    // JSON is YAML too. Loaded only where there is a file: a start without one need not wait for it.
    const { parse: parseYaml } = createRequire(import.meta.url)('yaml') as typeof Yaml;
    return parseYaml(text, { prettyErrors: true });
  } catch (error) {
    // The first line: where it is. What follows quotes the file.
    const problem = (error as Error).message.split('\n')[0]!.replace(/:$/, '');
    throw new LangduError('config_invalid', { problem: `${path}: ${problem}` });
  }
}

/** An empty file or group is one without keys. */
function entriesOf(value: unknown, where: string, expected: string): [string, unknown][] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value);
  throw new LangduError('config_invalid', { problem: `${where}: expected ${expected}` });
}

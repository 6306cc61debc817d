import { LangduError } from '../errors.ts';
import type { ConfigFile } from './file.ts';
import { api } from './groups/api.ts';
import { dispatch } from './groups/dispatch.ts';
import { jobs } from './groups/jobs.ts';
import { limits } from './groups/limits.ts';
import { log } from './groups/log.ts';
import { metrics } from './groups/metrics.ts';
import { policy } from './groups/policy.ts';
import { results } from './groups/results.ts';
import { s3 } from './groups/s3.ts';
import { server } from './groups/server.ts';
import { speech } from './groups/speech.ts';
import type { Kind } from './kinds.ts';
import type { AnySetting } from './setting.ts';

/** Every setting, in the order documents list them. Add yours to its group. */
export const schema = {
  ...server,
  ...speech,
  ...api,
  ...dispatch,
  ...results,
  ...s3,
  ...jobs,
  ...policy,
  ...limits,
  ...metrics,
  ...log,
} as const;

type Schema = typeof schema;
export type SettingKey = keyof Schema;
export type Settings = { readonly [K in SettingKey]: Schema[K]['kind'] extends Kind<infer T> ? T : never };

/** Where settings come from: flags win over the environment, the environment over the file, the file over defaults. */
export interface Sources {
  /** By setting, as written on the command line. */
  readonly flags?: Readonly<Partial<Record<SettingKey, string>>>;
  /** Such as `process.env`; an empty variable counts as absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly file?: ConfigFile | undefined;
}

/** Who said what a setting is. */
export interface Origin {
  readonly source: 'flag' | 'environment' | 'file' | 'default';
  /** `--port`, `PORT`, `/etc/langdu.yaml server.port`; '' for a default. */
  readonly name: string;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingKey, Origin>>;
}

/** @throws LangduError `config_invalid` naming the source, the key, the value and what is valid */
export function resolveSettings({ flags = {}, env = {}, file }: Sources): ResolvedSettings {
  if (file !== undefined) refuseUnknown(file);
  const entries = Object.entries(schema).map(([key, setting]: [string, AnySetting]) => {
    return [key, resolveSetting(setting, flags[key as SettingKey], env[setting.env], file)] as const;
  });
  const resolved = {
    settings: Object.fromEntries(entries.map(([key, { value }]) => [key, value])) as Settings,
    origins: Object.fromEntries(entries.map(([key, { origin }]) => [key, origin])) as Record<SettingKey, Origin>,
  };
  refuseIdle(resolved);
  return resolved;
}

/** What somebody set and would change nothing. */
function refuseIdle({ settings, origins }: ResolvedSettings): void {
  const { source, name } = origins.metricsHost;
  if (source === 'default' || settings.metricsPort !== 0) return;
  const { file, env, flag } = schema.metricsPort;
  const problem = `${name}=${settings.metricsHost} (only with a port: ${file}, ${env} or --${flag})`;
  throw new LangduError('config_invalid', { problem });
}

/** The settings of this start, for whoever does not ask where they come from. */
export function loadSettings(
  env: NonNullable<Sources['env']> = {},
  flags: NonNullable<Sources['flags']> = {},
  file?: ConfigFile,
): Settings {
  return resolveSettings({ env, flags, file }).settings;
}

function resolveSetting(
  setting: AnySetting,
  flag: string | undefined,
  variable: string | undefined,
  file: ConfigFile | undefined,
): { value: unknown; origin: Origin } {
  const here = process.cwd();
  if (flag !== undefined) {
    const name = `--${setting.flag}`;
    const value = setting.kind.read(flag, here) ?? refuse(setting, `${name}=`, flag);
    return { value, origin: { source: 'flag', name } };
  }
  if (variable !== undefined && variable !== '') {
    const value = setting.kind.read(variable, here) ?? refuse(setting, `${setting.env}=`, variable);
    return { value, origin: { source: 'environment', name: setting.env } };
  }
  const written = file?.values.get(setting.file);
  if (file !== undefined && written !== undefined) {
    const name = `${file.path} ${setting.file}`;
    const value = setting.kind.take(written, file.folder) ?? refuse(setting, `${name}: `, JSON.stringify(written));
    return { value, origin: { source: 'file', name } };
  }
  return { value: setting.default, origin: { source: 'default', name: '' } };
}

function refuse(setting: AnySetting, source: string, written: string): never {
  const shown = setting.secret ? '***' : written.length > 80 ? `${written.slice(0, 80)}…` : written;
  throw new LangduError('config_invalid', { problem: `${source}${shown} (${setting.kind.valid})` });
}

/** A misspelt key must not leave its setting at the default in silence. */
function refuseUnknown(file: ConfigFile): void {
  const known = Object.values(schema).map((setting) => setting.file);
  for (const key of file.values.keys()) {
    if (known.some((each) => each === key)) continue;
    const group = `${key.split('.')[0]}.`;
    const near = known.filter((each) => each.startsWith(group)).map((each) => each.slice(group.length));
    const groups = [...new Set(known.map((each) => each.split('.')[0]))];
    const valid = near.length > 0 ? `in ${group.slice(0, -1)}: ${near.join(', ')}` : `groups: ${groups.join(', ')}`;
    throw new LangduError('config_invalid', { problem: `${file.path} ${key}: there is no such key (${valid})` });
  }
}

import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { LangduError } from '../errors.ts';
import { type Kind, kinds } from './kinds.ts';
import { packageRoot } from './paths.ts';

/** One setting: where it comes from, what it may be, what it is when nobody says. */
export interface Setting<T> {
  readonly env: string;
  /** Long option of `langdu serve`. */
  readonly flag: string;
  readonly kind: Kind<T>;
  readonly default: T;
  readonly doc: string;
}

/** Every setting, in the order documents list them. Flags win over the environment, the environment over defaults. */
export const schema = {
  host: {
    env: 'HOST',
    flag: 'host',
    kind: kinds.text,
    default: '127.0.0.1',
    doc: 'address to listen on; 0.0.0.0 or :: for every interface',
  },
  port: {
    env: 'PORT',
    flag: 'port',
    kind: kinds.integer(0, 65535),
    default: 5000,
    doc: 'port to listen on; 0 takes a free one',
  },
  voices: {
    env: 'LANGDU_VOICES',
    flag: 'voices',
    kind: kinds.folder,
    default: join(packageRoot, 'voices'),
    doc: 'folder of the voice packages',
  },
  voice: {
    env: 'LANGDU_VOICE',
    flag: 'voice',
    kind: kinds.text,
    default: '',
    doc: 'voice of requests that name none; when empty tan, or else the first',
  },
  workers: {
    env: 'LANGDU_WORKERS',
    flag: 'workers',
    kind: kinds.integer(1, 256),
    default: Math.min(4, availableParallelism()),
    doc: 'threads that synthesise; by default one a core, at most 4',
  },
  maxText: {
    env: 'LANGDU_MAX_TEXT',
    flag: 'max-text',
    kind: kinds.integer(1, 10_000_000),
    default: 10_000,
    doc: 'longest text of a request, in characters',
  },
  output: {
    env: 'LANGDU_OUTPUT',
    flag: 'output',
    kind: kinds.folder,
    default: resolve('output'),
    doc: 'folder of the finished audio',
  },
  keepHours: {
    env: 'LANGDU_KEEP_HOURS',
    flag: 'keep-hours',
    kind: kinds.number(0, 87_600),
    default: 24,
    doc: 'age at which finished audio is removed, in hours; 0 keeps it for ever',
  },
  keepBytes: {
    env: 'LANGDU_KEEP_BYTES',
    flag: 'keep-bytes',
    kind: kinds.bytes,
    default: 1024 ** 3,
    doc: 'total size of finished audio, the oldest is removed beyond it; 0 is no limit',
  },
  stopSeconds: {
    env: 'LANGDU_STOP_SECONDS',
    flag: 'stop-seconds',
    kind: kinds.number(0, 3600),
    default: 10,
    doc: 'how long a stop waits for requests under way, in seconds',
  },
  log: {
    env: 'LANGDU_LOG',
    flag: 'log',
    kind: kinds.choice(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    default: 'info',
    doc: 'least severe level that is logged',
  },
} as const satisfies { readonly [key: string]: Setting<string> | Setting<number> };

type Schema = typeof schema;
export type SettingKey = keyof Schema;
export type Settings = { readonly [K in SettingKey]: Schema[K]['kind'] extends Kind<infer T> ? T : never };

/**
 * The settings of this start.
 *
 * @param env such as `process.env`; an empty variable counts as absent
 * @param flags by setting, as written on the command line
 * @throws LangduError `config_invalid` naming the key, the value and what is valid
 */
export function loadSettings(
  env: Readonly<Record<string, string | undefined>> = {},
  flags: Readonly<Partial<Record<SettingKey, string>>> = {},
): Settings {
  const entries = Object.entries(schema).map(([key, setting]) => {
    const flag = flags[key as SettingKey];
    if (flag !== undefined) return [key, read(`--${setting.flag}`, flag, setting)];
    const variable = env[setting.env];
    if (variable !== undefined && variable !== '') return [key, read(setting.env, variable, setting)];
    return [key, setting.default];
  });
  return Object.fromEntries(entries) as Settings;
}

function read(source: string, written: string, setting: Setting<string> | Setting<number>): string | number {
  const value = setting.kind.read(written);
  if (value !== undefined) return value;
  throw new LangduError('config_invalid', { problem: `${source}=${written} (${setting.kind.valid})` });
}

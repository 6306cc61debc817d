import { basename, dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_FILE, findConfigFile } from '../config/file.ts';
import { resolveSettings, type SettingKey, type Settings, type Sources, schema } from '../config/settings.ts';
import { strayVariables } from '../config/stray.ts';
import { LangduError } from '../errors.ts';
import type { Log } from '../log.ts';
import { limits } from '../speech.ts';
import { isPackageFolder } from '../voice/package-folder.ts';

/** A number within the request's limits, refused by the command line with what is valid. */
export function numberOption(flags: string, description: string, name: keyof typeof limits): Option {
  const { min, max } = limits[name];
  return new Option(flags, `${description}, ${min} to ${max}`).argParser((text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max) || (name === 'seed' && !Number.isInteger(value))) {
      throw new InvalidArgumentError(
        `Expected ${name === 'seed' ? 'a whole number' : 'a number'} from ${min} to ${max}.`,
      );
    }
    return value;
  });
}

export interface VoicesOption {
  readonly voices?: string;
}

/** Folder of the voice packages: LANGDU_VOICES, or the package's own. */
export function voicesOption(): Option {
  return new Option('--voices <folder>', 'folder of the voice packages (LANGDU_VOICES)');
}

/** What the command line says of settings, by their flags in camel case, and of the file. */
export interface SettingFlags {
  readonly config?: string;
  readonly [flag: string]: unknown;
}

const every = Object.keys(schema) as SettingKey[];

/**
 * An option for each setting that the command reads, and for the file of all of them. In the file and the environment
 * settings of other commands may stand as well; said to this one they would change nothing, so they are refused with
 * what it takes.
 */
export function addSettingOptions(command: Command, taken: readonly SettingKey[] = every): Command {
  command.option('--config <file>', `configuration file (LANGDU_CONFIG; else ${DEFAULT_FILE} where there is one)`);
  const valid = taken.map((key) => `--${schema[key].flag}`).join(', ');
  for (const key of every) {
    const { flag, doc, env } = schema[key];
    const option = new Option(`--${flag} <value>`, `${doc.replaceAll('`', '')} (${env})`);
    if (!taken.includes(key)) {
      option.hideHelp().argParser(() => {
        throw new InvalidArgumentError(
          `langdu ${command.name()} has no use for it; of the settings it takes ${valid}.`,
        );
      });
    }
    command.addOption(option);
  }
  return command;
}

/** The name under which commander has what `--<flag>` was given. */
export function attributeOf(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The sources of a command with `addSettingOptions`. */
export function settingSources(options: SettingFlags): Sources {
  const flags = Object.entries(schema).flatMap(([key, { flag }]) => {
    const written = options[attributeOf(flag)];
    return typeof written === 'string' ? [[key, written]] : [];
  });
  const file = findConfigFile(options.config ?? process.env.LANGDU_CONFIG);
  return { flags: Object.fromEntries(flags) as Sources['flags'] & object, env: process.env, file };
}

/** Says once, at the start of what runs on, which variables were meant as settings and are none. */
export function warnOfStrays(log: Log): void {
  const variables = strayVariables(process.env);
  if (variables.length > 0) log.warn({ variables }, 'no such settings: these variables change nothing');
}

/** The settings that every command shares, its flags over the environment, the environment over the file. */
export function commonSettings(options: VoicesOption): Settings {
  const sources = settingSources(options.voices === undefined ? {} : { voices: options.voices });
  return resolveSettings(sources).settings;
}

/**
 * Where `--voice` is to be found: on the command line it may be a package's folder, too. Throws `request_invalid` when
 * it is and `--voices` names another.
 */
export function locateVoice(
  { voices, voice }: Pick<Settings, 'voices' | 'voice'>,
  options: VoicesOption & { readonly voice?: string },
): { folder: string; name: string | undefined } {
  const wanted = options.voice ?? (voice || undefined);
  if (wanted === undefined || !isPackageFolder(wanted)) return { folder: voices, name: wanted };
  if (options.voices !== undefined) {
    const problem = `--voices goes with the name of a voice, and ${wanted} is the folder of one`;
    throw new LangduError('request_invalid', { problem });
  }
  const path = resolve(wanted);
  return { folder: dirname(path), name: basename(path) };
}

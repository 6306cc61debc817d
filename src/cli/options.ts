import { basename, dirname, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { loadSettings } from '../config/settings.ts';
import { limits } from '../speech.ts';
import { isPackageFolder } from '../voice/registry.ts';

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

/** The settings that every command shares, its flags over the environment. */
export function commonSettings(options: VoicesOption) {
  return loadSettings(process.env, options.voices === undefined ? {} : { voices: options.voices });
}

/** Where `--voice` is to be found: on the command line it may be a package's folder, too. */
export function locateVoice(voices: string, wanted: string | undefined): { folder: string; name: string | undefined } {
  if (wanted === undefined || !isPackageFolder(wanted)) return { folder: voices, name: wanted };
  const path = resolve(wanted);
  return { folder: dirname(path), name: basename(path) };
}

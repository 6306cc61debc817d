import { InvalidArgumentError, Option } from 'commander';
import { loadSettings } from '../config/settings.ts';
import { limits } from '../speech.ts';

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

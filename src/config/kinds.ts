import { resolve } from 'node:path';

/** How the text of an environment variable or a flag becomes a setting. */
export interface Kind<T> {
  /** What is valid, as an error says it. */
  readonly valid: string;
  /** The value, or undefined when the text is not valid. */
  read(written: string): T | undefined;
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

export const kinds = {
  text: { valid: 'text', read: (written) => written } as Kind<string>,

  /** A path, made absolute from the working directory. */
  folder: { valid: 'a folder', read: (written) => (written === '' ? undefined : resolve(written)) } as Kind<string>,

  /** A size in bytes: `1073741824`, `512M`, `1G`, powers of 1024. */
  bytes: {
    valid: 'a number of bytes, such as 1073741824, 512M or 1G',
    read(written) {
      const [, digits, unit] = /^(\d{1,15})([KMGT]?)$/i.exec(written) ?? [];
      if (digits === undefined || unit === undefined) return undefined;
      const bytes = Number(digits) * units[unit.toUpperCase()]!;
      return Number.isSafeInteger(bytes) ? bytes : undefined;
    },
  } as Kind<number>,

  integer(min: number, max: number): Kind<number> {
    return {
      valid: `an integer from ${min} to ${max}`,
      read: (written) => (/^\d{1,15}$/.test(written) ? within(Number(written), min, max) : undefined),
    };
  },

  number(min: number, max: number): Kind<number> {
    return {
      valid: `a number from ${min} to ${max}`,
      read: (written) => (/^\d{1,15}(\.\d+)?$/.test(written) ? within(Number(written), min, max) : undefined),
    };
  },

  choice<const T extends string>(values: readonly T[]): Kind<T> {
    return { valid: `one of ${values.join(', ')}`, read: (written) => values.find((value) => value === written) };
  },
};

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

import { isIP } from 'node:net';
import { resolve } from 'node:path';

/** What a setting may be, and how it is written. */
export interface Kind<T> {
  /** What is valid, as an error says it. */
  readonly valid: string;
  /** The value of a variable or a flag, or undefined when it is not valid. Paths are relative to `base`. */
  read(written: string, base: string): T | undefined;
  /** The value of a configuration file, whose values have types. */
  take(value: unknown, base: string): T | undefined;
  /** As a variable would have it. */
  show(value: T): string;
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

export const kinds = {
  text: textual('text', (written) => written),

  /** A path, made absolute; '' stays '' and is valid where `optionalFolder` or `optionalFile` is. */
  folder: textual('a folder', path),
  optionalFolder: textual('a folder, or nothing', (written, base) => path(written, base) ?? ''),
  optionalFile: textual('a file, or nothing', (written, base) => path(written, base) ?? ''),

  /** An http or https address; '' is none. */
  url: textual('an http(s) address', (written) => {
    if (written === '') return '';
    const { protocol } = URL.canParse(written) ? new URL(written) : { protocol: '' };
    return protocol === 'http:' || protocol === 'https:' ? written : undefined;
  }),

  /** Where a Redis is; '' is nowhere. */
  redis: textual('redis://host:port or rediss://…', (written) =>
    written === '' || /^rediss?:\/\/[^\s/]/.test(written) ? written : undefined,
  ),

  /** A size in bytes: `1073741824`, `512M`, `1G`, powers of 1024. */
  bytes: {
    valid: 'a number of bytes, such as 1073741824, 512M or 1G',
    read(written) {
      const [, digits, unit] = /^(\d{1,15})([KMGT]?)$/i.exec(written) ?? [];
      if (digits === undefined || unit === undefined) return undefined;
      const bytes = Number(digits) * units[unit.toUpperCase()]!;
      return Number.isSafeInteger(bytes) ? bytes : undefined;
    },
    take(value, base) {
      if (typeof value === 'string') return this.read(value, base);
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
    },
    show(bytes) {
      const unit = ['T', 'G', 'M', 'K'].find((each) => bytes > 0 && bytes % units[each]! === 0) ?? '';
      return `${bytes / units[unit]!}${unit}`;
    },
  } as Kind<number>,

  integer: (min: number, max: number): Kind<number> =>
    numeric(`an integer from ${min} to ${max}`, /^-?\d{1,15}$/, (value) => Number.isInteger(value), min, max),

  number: (min: number, max: number): Kind<number> =>
    numeric(`a number from ${min} to ${max}`, /^-?\d{1,15}(\.\d+)?$/, Number.isFinite, min, max),

  switch: {
    valid: 'true or false',
    read: (written) => ({ true: true, false: false })[written],
    take: (value) => (typeof value === 'boolean' ? value : undefined),
    show: String,
  } as Kind<boolean>,

  choice<const T extends string>(values: readonly T[]): Kind<T> {
    return textual(`one of ${values.join(', ')}`, (written) => values.find((value) => value === written));
  },

  /** Texts: separated by commas, or a list in a file. */
  list: {
    valid: 'texts separated by commas (in a file, a list of texts)',
    read: (written) => commas(written),
    take: (value) => (Array.isArray(value) && value.every(isText) ? value : undefined),
    show: (values) => values.join(','),
  } as Kind<readonly string[]>,

  /** IP addresses and networks: separated by commas, or a list in a file. */
  addresses: {
    valid: 'IP addresses or networks such as 10.0.0.0/8, separated by commas (in a file, a list of them)',
    read: (written) => allOf(commas(written), isNetwork),
    take: (value) => (Array.isArray(value) && value.every(isText) ? allOf(value, isNetwork) : undefined),
    show: (values) => values.join(','),
  } as Kind<readonly string[]>,

  /** Paths, made absolute: separated by commas, or a list in a file. */
  files: {
    valid: 'files separated by commas (in a file, a list of files)',
    read: (written, base) => commas(written).map((file) => resolve(base, file)),
    take: (value, base) =>
      Array.isArray(value) && value.every(isText) ? value.map((file) => resolve(base, file)) : undefined,
    show: (files) => files.join(','),
  } as Kind<readonly string[]>,

  /** Texts under names: `a=1,b=2`, or a mapping in a file. */
  map: {
    valid: 'name=text pairs separated by commas (in a file, a mapping)',
    read(written) {
      const pairs = commas(written).map((pair) => /^([^=]+)=(.*)$/.exec(pair)?.slice(1, 3));
      return pairs.every((pair) => pair !== undefined) ? new Map(pairs as [string, string][]) : undefined;
    },
    take(value) {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
      const pairs = Object.entries(value);
      return pairs.every((pair): pair is [string, string] => isText(pair[1])) ? new Map(pairs) : undefined;
    },
    show: (values) => [...values].map(([name, text]) => `${name}=${text}`).join(','),
  } as Kind<ReadonlyMap<string, string>>,
};

function textual<T extends string>(valid: string, read: (written: string, base: string) => T | undefined): Kind<T> {
  return {
    valid,
    read,
    take: (value, base) => (typeof value === 'string' ? read(value, base) : undefined),
    show: (value) => value,
  };
}

function numeric(
  valid: string,
  pattern: RegExp,
  fits: (value: number) => boolean,
  min: number,
  max: number,
): Kind<number> {
  const within = (value: number) => (fits(value) && value >= min && value <= max ? value : undefined);
  return {
    valid,
    read: (written) => (pattern.test(written) ? within(Number(written)) : undefined),
    take: (value) => (typeof value === 'number' ? within(value) : undefined),
    show: String,
  };
}

function path(written: string, base: string): string | undefined {
  return written === '' ? undefined : resolve(base, written);
}

function commas(written: string): string[] {
  return written
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function allOf(values: readonly string[], valid: (value: string) => boolean): readonly string[] | undefined {
  return values.every(valid) ? values : undefined;
}

/** `192.0.2.1`, `10.0.0.0/8`, `fd00::/8`. */
function isNetwork(written: string): boolean {
  const [, address = written, bits] = /^(.+)\/(\d{1,3})$/.exec(written) ?? [];
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)]!;
  const length = bits === undefined ? most : Number(bits);
  return length > 0 && length <= most && !address.includes('%');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

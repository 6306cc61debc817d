import { readYaml } from '../../config/file.ts';
import { LangduError } from '../../errors.ts';

/** What one caller may do; 0 is no limit. */
export interface CallerLimits {
  readonly requestsPerMinute: number;
  readonly charactersPerMinute: number;
  /** Requests at a time. */
  readonly concurrent: number;
  readonly lanes: readonly string[];
}

export interface ApiKey extends CallerLimits {
  /** Who holds it, as logs and metrics have it. */
  readonly name: string;
  /** SHA-256 of the key: the file does not give the keys away. */
  readonly hash: Buffer;
}

export const LANES: readonly string[] = ['interactive', 'batch'];

const numbers = ['requestsPerMinute', 'charactersPerMinute', 'concurrent'] as const;
const fields: readonly string[] = ['sha256', ...numbers, 'lanes'];

/**
 * The keys of a file: names, each with `sha256` and, where they are not the defaults, its limits.
 *
 * @throws LangduError `config_invalid` with the file, the key's name, the field and what is valid
 */
export function readKeyFile(path: string, defaults: CallerLimits): ApiKey[] {
  const keys = entriesOf(readYaml(path), path, 'names with keys').map(([name, written]) =>
    readKey(name, Object.fromEntries(entriesOf(written, `${path} ${name}`, fields.join(', '))), path, defaults),
  );
  const seen = new Map<string, string>();
  for (const { name, hash } of keys) {
    const other = seen.get(hash.toString('hex'));
    if (other !== undefined) refuse(`${path} ${name}.sha256`, `the key of ${other}, too: one name a key`);
    seen.set(hash.toString('hex'), name);
  }
  return keys;
}

function readKey(name: string, written: Record<string, unknown>, path: string, defaults: CallerLimits): ApiKey {
  const where = `${path} ${name}`;
  if (!/^[\w.@-]{1,64}$/.test(name)) refuse(where, 'a name is 1 to 64 letters, digits, _ . @ -');
  for (const field of Object.keys(written)) {
    if (!fields.includes(field)) refuse(`${where}.${field}`, `there is no such field (${fields.join(', ')})`);
  }
  const { sha256, lanes = defaults.lanes } = written;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) {
    refuse(`${where}.sha256`, 'the SHA-256 of the key in 64 hexadecimal digits');
  }
  if (!Array.isArray(lanes) || lanes.length === 0 || lanes.some((lane) => !LANES.includes(lane))) {
    refuse(`${where}.lanes`, `a list of ${LANES.join(', ')}`);
  }
  const limits = numbers.map((field) => {
    const value = written[field] ?? defaults[field];
    if (!Number.isSafeInteger(value) || Number(value) < 0) refuse(`${where}.${field}`, 'a whole number; 0 is no limit');
    return [field, value] as const;
  });
  const counted = Object.fromEntries(limits) as Record<(typeof numbers)[number], number>;
  return { name, hash: Buffer.from(sha256, 'hex'), lanes, ...counted };
}

function entriesOf(value: unknown, where: string, expected: string): [string, unknown][] {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return Object.entries(value);
  return refuse(where, `expected ${expected}`);
}

function refuse(where: string, valid: string): never {
  throw new LangduError('config_invalid', { problem: `${where} (${valid})` });
}

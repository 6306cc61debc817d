import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { type Ignored, problem } from './problem.ts';

const LARGEST_CONFIG = 1 << 20;

export type Tree = Readonly<Record<string, unknown>>;

/** A YAML or JSON file as a tree. KAN-TTS writes YAML 1.1, as PyYAML reads it. */
export function readTree(path: string, label: string): Tree {
  let text: string;
  try {
    if (statSync(path).size > LARGEST_CONFIG) throw problem(`${label} is larger than ${LARGEST_CONFIG} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw (error as { code?: string }).code === 'import_failed' ? error : problem(`${label} cannot be read`, error);
  }
  let tree: unknown;
  try {
    tree = parse(text, { version: '1.1', logLevel: 'error' });
  } catch (error) {
    throw problem(`${label} is not valid: ${(error as Error).message.split('\n')[0]}`, error);
  }
  if (!isTree(tree)) throw problem(`${label} should hold a mapping`);
  return tree;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One mapping of a configuration, read key by key: a wrong value is an error that names it, and what nobody read can be
 * listed.
 */
export class Params {
  private readonly tree: Tree;
  private readonly label: string;
  private readonly read = new Set<string>();

  constructor(tree: Tree, label: string) {
    this.tree = tree;
    this.label = label;
  }

  /** The mapping at a path of keys below `tree`. */
  static at(tree: Tree, path: readonly string[], file: string): Params {
    let inside: unknown = tree;
    for (const key of path) inside = isTree(inside) ? inside[key] : undefined;
    if (!isTree(inside)) throw problem(`${file} has no ${path.join('.')}`);
    return new Params(inside, `${file}: ${path.join('.')}`);
  }

  integer(key: string, options: { readonly min?: number; readonly default?: number } = {}): number {
    const value = this.get(key, options.default);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < (options.min ?? 1) || value > 1 << 24) {
      throw this.wrong(key, `a whole number of at least ${options.min ?? 1}`, value);
    }
    return value;
  }

  number(key: string, fallback?: number): number {
    const value = this.get(key, fallback);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(key, 'a number', value);
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key, fallback);
    if (typeof value !== 'boolean') throw this.wrong(key, 'true or false', value);
    return value;
  }

  text(key: string, fallback?: string): string {
    const value = this.get(key, fallback);
    if (typeof value !== 'string' || value.trim() === '') throw this.wrong(key, 'a text', value);
    return value.trim();
  }

  integers(key: string, min = 1): number[] {
    const value = this.get(key, undefined);
    if (!isIntegers(value, min) || value.length === 0) throw this.wrong(key, 'a list of whole numbers', value);
    return value;
  }

  /** A whole number for every layer, or a list with one for each. */
  perLayer(key: string, layers: number): number[] {
    const value = this.get(key, undefined);
    if (typeof value === 'number' && Number.isInteger(value)) return new Array(layers).fill(value);
    if (isIntegers(value, Number.MIN_SAFE_INTEGER) && value.length === layers) return value;
    throw this.wrong(key, `a whole number or a list of ${layers}`, value);
  }

  lists(key: string): number[][] {
    const value = this.get(key, undefined);
    if (!Array.isArray(value) || value.length === 0 || !value.every((list) => isIntegers(list, 1) && list.length > 0)) {
      throw this.wrong(key, 'a list of lists of whole numbers', value);
    }
    return value;
  }

  optional(key: string): Params | undefined {
    const value = this.get(key, null);
    if (value === null) return undefined;
    if (!isTree(value)) throw this.wrong(key, 'a mapping', value);
    return new Params(value, `${this.label}.${key}`);
  }

  wrong(key: string, expected: string, value: unknown): Error {
    if (value === undefined) return problem(`${this.label}.${key} is missing; expected ${expected}`);
    return problem(`${this.label}.${key} should be ${expected}, got ${JSON.stringify(value)}`);
  }

  /** Keys that nobody read. */
  leftOver(reasons: (key: string) => string): Ignored[] {
    return Object.keys(this.tree)
      .filter((key) => !this.read.has(key))
      .map((key) => ({ key: `${this.label}.${key}`, reason: reasons(key) }));
  }

  private get(key: string, fallback: unknown): unknown {
    this.read.add(key);
    return Object.hasOwn(this.tree, key) ? (this.tree[key] ?? fallback) : fallback;
  }
}

function isIntegers(value: unknown, min: number): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isInteger(item) && item >= min && item <= 1 << 24);
}

/**
 * Checks that are types as well, for what is read from disk in every thread and every command: a schema library would
 * be loaded there for this alone, and takes longer than the rest of the start (248 files of TypeBox: 0.15 s a thread).
 */

/** Undefined where a value is right, else where it is wrong and what should be there. */
export interface Shape<T> {
  (value: unknown, path: string): string | undefined;
  /** Never there: what the type is inferred from. */
  readonly of?: T;
}

export type ShapeOf<S> = S extends Shape<infer T> ? T : never;

interface Optional<T> extends Shape<T> {
  readonly optional: true;
}

type OptionalKeys<F> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
type Fields<F> = { [K in Exclude<keyof F, OptionalKeys<F>>]: ShapeOf<F[K]> } & {
  [K in OptionalKeys<F>]?: ShapeOf<F[K]>;
};

export const text: Shape<string> = simple('a text', (value) => typeof value === 'string');
export const name: Shape<string> = simple('a name', (value) => typeof value === 'string' && value !== '');
export const flag: Shape<boolean> = simple('true or false', (value) => typeof value === 'boolean');
export const number: Shape<number> = simple('a number', Number.isFinite);

export function integer(min: number): Shape<number> {
  return simple(`a whole number from ${min}`, (value) => Number.isSafeInteger(value) && (value as number) >= min);
}

export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  return simple(`one of ${values.join(', ')}`, (value) => values.includes(value as T));
}

export function list<T>(each: Shape<T>, least = 0): Shape<T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < least) {
      return expected(path, least > 0 ? `a list of at least ${least}` : 'a list');
    }
    return firstWrong(
      value.map((item, index) => [String(index), item]),
      () => each,
      path,
    );
  };
}

/** Any keys, each with such a value. */
export function record<T>(each: Shape<T>): Shape<Record<string, T>> {
  return (value, path) =>
    isObject(value) ? firstWrong(Object.entries(value), () => each, path) : expected(path, 'an object');
}

/** These keys; others are passed over, so that a later version may add some. */
export function object<F extends Readonly<Record<string, Shape<unknown>>>>(fields: F): Shape<Fields<F>> {
  return (value, path) => {
    if (!isObject(value)) return expected(path, 'an object');
    const given = Object.entries(fields)
      .filter(([key, shape]) => !('optional' in shape) || value[key] !== undefined)
      .map(([key]) => [key, value[key]] as const);
    return firstWrong(given, (key) => fields[key]!, path);
  };
}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return Object.assign((value: unknown, path: string) => shape(value, path), { optional: true } as const);
}

/** What the first or the second describes; where it is neither, what the second wants is said. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return (value, path) => first(value, path) && second(value, path);
}

function simple<T>(what: string, right: (value: unknown) => boolean): Shape<T> {
  return (value, path) => (right(value) ? undefined : expected(path, what));
}

function firstWrong(
  entries: readonly (readonly [string, unknown])[],
  shapeOf: (key: string) => Shape<unknown>,
  path: string,
): string | undefined {
  for (const [key, value] of entries) {
    const problem = shapeOf(key)(value, `${path}/${key}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function expected(path: string, what: string): string {
  return `${path || '/'} should be ${what}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

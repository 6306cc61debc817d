import type { Kind } from './kinds.ts';

/** One setting: where it comes from, what it may be, what it is when nobody says. */
export interface Setting<T> {
  /** Its place in a configuration file: group and name, `server.port`. */
  readonly file: string;
  readonly env: string;
  /** Long option of `langdu serve`. */
  readonly flag: string;
  readonly kind: Kind<T>;
  readonly default: T;
  /** The default as documents say it, where it depends on the machine. */
  readonly usually?: string;
  /** Is never shown, in an error neither. */
  readonly secret?: boolean;
  /** A sentence for `--help` and docs/configuration.md. */
  readonly doc: string;
}

/** Settings that belong together: a file of groups/. Keys are those of `Settings`, unique among all groups. */
export type Group = { readonly [key: string]: AnySetting };

export type AnySetting =
  | Setting<string>
  | Setting<number>
  | Setting<boolean>
  | Setting<readonly string[]>
  | Setting<ReadonlyMap<string, string>>;

import type { Snapshot } from '../metrics/aggregate.ts';

/** What a server process says to the primary. */
export type FromMember =
  /** It has spoken, and takes connections at this address. */
  | { readonly kind: 'ready'; readonly address: string }
  /** Somebody asks it for the metrics of all processes. */
  | { readonly kind: 'metrics'; readonly id: number }
  /** Its own metrics, as it was asked. */
  | { readonly kind: 'snapshot'; readonly id: number; readonly snapshot: Snapshot };

/** What the primary says to a server process. */
export type FromPrimary =
  | { readonly kind: 'stop'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'metrics'; readonly id: number; readonly all: Snapshot }
  | { readonly kind: 'snapshot'; readonly id: number };

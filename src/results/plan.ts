import type { Removal, ResultEntry } from './store.ts';

export interface RetentionLimits {
  /** Age at which a result is removed, in hours; 0 is never. */
  readonly keepHours: number;
  /** Total size beyond which the oldest results are removed, in bytes; 0 is no limit. */
  readonly keepBytes: number;
}

/** Too much is trimmed to this share of the limit, so that a full folder is not looked through at every write. */
export const TRIMMED = 0.9;

export interface Situation {
  /** Complete results, the oldest first. */
  readonly results: readonly ResultEntry[];
  /** Bytes that count against the limit and cannot go: of results being written, by whatever process. */
  readonly pendingBytes: number;
  readonly now: number;
  /** Bytes that must become free whatever the limit says: the disk is full. */
  readonly wanted?: number;
  /** The total at which to begin trimming; the limit itself when absent. */
  readonly limit?: number;
  /** Results that are being read where that keeps them from being removed. */
  readonly busy?: (name: string) => boolean;
}

/** What retention removes, in this order: everything too old, then the oldest of what is too much. Never what is held. */
export function plan(situation: Situation, { keepHours, keepBytes }: RetentionLimits): Removal[] {
  const { results, pendingBytes, now, wanted = 0, limit = keepBytes, busy } = situation;
  let total = results.reduce((sum, { size }) => sum + size, pendingBytes);
  let allowed = Number.POSITIVE_INFINITY;
  if (keepBytes > 0) allowed = total > limit ? keepBytes * TRIMMED : limit;
  if (wanted > 0) allowed = Math.min(allowed, total - wanted);

  const removals: Removal[] = [];
  for (const { name, size, modified, held } of results) {
    const tooOld = keepHours > 0 && now - modified.getTime() > keepHours * 3_600_000;
    if (held || busy?.(name) || (!tooOld && total <= allowed)) continue;
    removals.push({ name, bytes: size, modified, reason: tooOld ? 'age' : 'size' });
    total -= size;
  }
  return removals;
}

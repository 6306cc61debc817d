import type { Removal, ResultEntry } from './store.ts';

export interface RetentionLimits {
  /** Age at which a result is removed, in hours; 0 is never. */
  readonly keepHours: number;
  /** Total size beyond which the oldest results are removed, in bytes; 0 is no limit. */
  readonly keepBytes: number;
}

/**
 * A result that is larger than the limit stands outside of it: it could only be refused, or be removed as soon as it is
 * there. It takes no room from others, and goes by its age, or when the disk is full.
 */
export function isOutside(bytes: number, { keepBytes }: Pick<RetentionLimits, 'keepBytes'>): boolean {
  return keepBytes > 0 && bytes > keepBytes;
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

/**
 * What retention removes, in this order: everything too old, then the oldest of what is too much. Never what is held.
 */
export function plan(situation: Situation, limits: RetentionLimits): Removal[] {
  const { results, pendingBytes, now, wanted = 0, limit = limits.keepBytes, busy } = situation;
  const { keepHours, keepBytes } = limits;
  const counted = results.filter(({ size }) => !isOutside(size, limits));
  let total = counted.reduce((sum, { size }) => sum + size, pendingBytes);
  let allowed = Number.POSITIVE_INFINITY;
  if (keepBytes > 0) allowed = total > limit ? keepBytes * TRIMMED : limit;
  let freed = 0;

  const removals: Removal[] = [];
  for (const result of results) {
    const { name, size, modified, held } = result;
    const outside = isOutside(size, limits);
    const tooOld = keepHours > 0 && now - modified.getTime() > keepHours * 3_600_000;
    // The newest was only just made: while nobody needs its room, all of the limit is for it.
    const most = result === counted.at(-1) && pendingBytes === 0 ? Math.max(allowed, keepBytes) : allowed;
    const tooMuch = freed < wanted || (!outside && total > most);
    if (held || busy?.(name) || !(tooOld || tooMuch)) continue;
    removals.push({ name, bytes: size, modified, reason: tooOld ? 'age' : 'size' });
    freed += size;
    if (!outside) total -= size;
  }
  return removals;
}

import type { ResultEntry, SweepReport, Usage } from '../results/store.ts';

/** A line a result, the oldest first. */
export function describeEntries(entries: readonly ResultEntry[]): string {
  return entries.map(({ name, size, modified, held }) => line(name, size, modified, held ? 'held' : '')).join('');
}

/** A line for whatever goes, and a last one with the sums. */
export function describeSweep({ removals, results, bytes }: SweepReport, dryRun: boolean): string {
  const lines = removals.map((removal) => line(removal.name, removal.bytes, removal.modified, removal.reason));
  const gone = removals.reduce((sum, removal) => sum + removal.bytes, 0);
  const verb = dryRun ? 'would go' : 'gone';
  return `${lines.join('')}${removals.length} ${verb}, ${size(gone)}; ${results} stay, ${size(bytes)}\n`;
}

export function describeUsage(usage: Usage, keepBytes: number): string {
  const { results, bytes, heldResults, heldBytes, pendingBytes } = usage;
  const limit = keepBytes === 0 ? 'no limit' : `limit ${size(keepBytes)}`;
  return `${results} results, ${size(bytes)}, ${limit}\n${heldResults} held, ${size(heldBytes)}\n${size(pendingBytes)} being written\n`;
}

function line(name: string, bytes: number, modified: Date, note: string): string {
  return `${name}  ${modified.toISOString()}  ${size(bytes).padStart(10)}  ${note}`.trimEnd().concat('\n');
}

/** In the units that settings are written in, powers of 1024. */
function size(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(1)} ${'KMGT'[power - 1]}iB`;
}

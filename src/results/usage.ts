import type { Inventory } from './shelf.ts';
import type { Usage } from './store.ts';

export function usageOf({ results, othersPending }: Inventory, ownPending: number): Usage {
  const held = results.filter((entry) => entry.held);
  const sum = (entries: readonly { readonly size: number }[]) => entries.reduce((bytes, { size }) => bytes + size, 0);
  return {
    results: results.length,
    bytes: sum(results),
    heldResults: held.length,
    heldBytes: sum(held),
    pendingBytes: othersPending.reduce((bytes, size) => bytes + size, ownPending),
  };
}

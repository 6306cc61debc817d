/**
 * Does something for each of these, so many at the same time, in their order of beginning. Rejects with the first
 * failure; what is under way then goes to its end unheard.
 */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  each: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const turns = Array.from({ length: atOnce }, async () => {
    for (const item of rest) await each(item);
  });
  await Promise.all(turns);
}

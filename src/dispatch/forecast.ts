/**
 * Milliseconds until so many of those who share the workers have all they want. They share evenly (engine/pace.ts sees
 * to that); whoever ends makes place for the next.
 *
 * @param remaining what each still wants, in milliseconds of one worker
 * @param next what those want who take the places that become free, on average; none comes when undefined
 */
export function untilEnded(
  ends: number,
  remaining: readonly number[],
  workers: number,
  next: number | undefined,
): number {
  const left = [...remaining].sort((a, b) => b - a);
  let elapsed = 0;
  for (let turns = ends; turns > 0 && left.length > 0; turns -= 1) {
    const shortest = left.pop()!;
    // Fewer than there are workers have one each.
    elapsed += shortest * Math.max(1, (left.length + 1) / workers);
    for (let index = 0; index < left.length; index += 1) left[index] = left[index]! - shortest;
    if (turns > 1 && next !== undefined) {
      left.push(next);
      left.sort((a, b) => b - a);
    }
  }
  return elapsed;
}

import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * How much the memory of a thread may grow from one major collection to the next, in per cent. By itself V8 lets a
 * small heap grow by a few megabytes, and counts samples that wait outside of it: under load it would collect once a
 * second, each time stopping the event loop for ten milliseconds and throwing away compiled code. With three times as
 * much memory the resident set still grew by a twelfth after the first thousand requests.
 */
const GROWTH_PERCENT = 100;
/** A lull is used when this thread's memory has grown by so much, in bytes; V8 waits for some 22 MB. */
const WORTH_BYTES = 16 * 2 ** 20;

/** For a process that stays: fewer major collections, for some tens of megabytes. */
export function collectSeldom(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

/**
 * What to do in a lull (dispatch/lull.ts): this thread's next major collection, if it is near. A first sound that met
 * one came thirty milliseconds later, where a small voice needs fifteen in all.
 */
export function collectInLulls(): () => void {
  const collect = collection();
  // Known at the first lull: what a start has loaded is no garbage.
  let least = Number.POSITIVE_INFINITY;
  return () => {
    const now = collectable();
    least = Math.min(least, now);
    if (now - least < WORTH_BYTES) return;
    collect();
    least = collectable();
  };
}

/** A major collection, as `node --expose-gc` has it, for whoever calls this alone. */
function collection(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}

/** Bytes whose growth makes V8 collect: objects that are not new, and what this thread holds outside of its heap. */
function collectable(): number {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith('new_'));
  return old.reduce((sum, { space_used_size: used }) => sum + used, getHeapStatistics().external_memory);
}

import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Nice values run to 19; this is enough that the event loop is served first, and still a fair share beside other
 * programs.
 */
const LESS_URGENT = 10;

/**
 * Lowers the scheduling priority of the calling thread, where the system has one of its own for each (Linux): when
 * every core computes, the thread that answers callers still runs as soon as something arrives. Elsewhere nothing
 * changes.
 */
export function lowerPriority(): void {
  try {
    // `<pid>/task/<tid>`: to the kernel a thread is a process of that number.
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, LESS_URGENT);
  } catch {
    // A system without /proc, or one that does not allow it: slower answers under full load, nothing else.
  }
}

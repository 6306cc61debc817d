const FIRST_MS = 250;
const LONGEST_MS = 30_000;
/** A process that lived so long is not the victim of what killed the ones before it. */
const STEADY_MS = 60_000;

/**
 * How long to wait before a process is replaced: little after the first death, twice as long after each that follows
 * soon, and never more than half a minute. A process that dies at every start costs two starts a minute, not a
 * processor.
 */
export class BackOff {
  #deaths = 0;

  /** @param livedMs from its start to its death; returns milliseconds */
  next(livedMs: number): number {
    if (livedMs >= STEADY_MS) this.#deaths = 0;
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#deaths);
    this.#deaths += 1;
    return wait;
  }
}

/**
 * Memory that each use writes anew, for what only lives while a piece of sound is computed. That is a megabyte a piece:
 * allocated each time, it is garbage, which a busy thread collects several times a second.
 *
 * A thread has one for each purpose, however many sentences it makes: one turn computes at a time.
 */
export class Scratch {
  private memory = new Float32Array(0);

  /** So many floats, with what the last use left in them; they are lost to the next use. */
  take(size: number): Float32Array<ArrayBuffer> {
    if (this.memory.length < size) this.memory = new Float32Array(size);
    return this.memory.subarray(0, size);
  }
}

import { concatenate } from '../float-arrays.ts';
import { floats } from '../inference/session.ts';
import { StreamingRun } from '../inference/stream.ts';
import type { AcousticModel } from './model.ts';

/**
 * The postnet over a stream of decoder frames: mel leaves its look-ahead behind what came in, and every frame equals
 * what the whole sentence in one piece gives.
 */
export class Postnet {
  private readonly model: AcousticModel;
  private readonly stream: StreamingRun;
  private waiting: Float32Array = new Float32Array(0);
  private started = false;

  constructor(model: AcousticModel) {
    this.model = model;
    this.stream = new StreamingRun(model.postnet, model.spec.postnet.states, ['mel']);
  }

  /** Takes frames `[n, mels]` and yields mel `[m, mels]`; with `last` all that is left. */
  push(frames: Float32Array, last: boolean): Float32Array {
    const { mels, postnet } = this.model.spec;
    const fresh = concatenate([this.waiting, frames]);
    this.waiting = fresh;
    const count = fresh.length / mels;
    // Until the first frame can leave there is nothing to run; after that any number may come.
    const enough = last ? this.started || count > 0 : count > (this.started ? 0 : postnet.lookAhead);
    if (!enough) return new Float32Array(0);
    this.started = true;
    this.waiting = new Float32Array(0);
    return this.stream.run({ frames: floats(fresh, [count, mels]) }, last).mel!.data;
  }
}

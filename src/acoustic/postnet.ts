import { type FloatTensor, floats, longs } from '../inference/session.ts';
import { type AcousticModel, postnetLookAhead } from './model.ts';

/**
 * The postnet over a stream of decoder frames: mel leaves `postnetLookAhead` frames behind what came in, and every
 * frame equals what the whole sentence in one piece gives.
 */
export class Postnet {
  private readonly model: AcousticModel;
  private readonly outputs: readonly string[];
  private state: Record<string, FloatTensor>;
  private waiting: Float32Array[] = [];
  private waitingFrames = 0;
  private started = false;

  constructor(model: AcousticModel) {
    this.model = model;
    this.state = initialState(model);
    this.outputs = ['mel', ...Object.keys(this.state).map((name) => `${name}_out`)];
  }

  /** Takes frames `[n, mels]` and yields mel `[m, mels]`; with `last` all that is left. */
  push(frames: Float32Array, last: boolean): Float32Array {
    const { mels } = this.model.spec;
    this.waiting.push(frames);
    this.waitingFrames += frames.length / mels;
    // Until the first frame can leave there is nothing to run; after that any number may come.
    const enough =
      last || (this.started ? this.waitingFrames > 0 : this.waitingFrames > postnetLookAhead(this.model.spec));
    if (!enough || this.waitingFrames === 0) return new Float32Array(0);
    this.started = true;
    const fresh = joinFrames(this.waiting, this.waitingFrames * mels);
    const feeds = {
      ...this.state,
      frames: floats(fresh, [this.waitingFrames, mels]),
      tail: longs([last ? 1 : 0]),
    };
    this.waiting = [];
    this.waitingFrames = 0;
    const results = this.model.postnet.run(feeds, this.outputs);
    this.state = Object.fromEntries(Object.keys(this.state).map((name) => [name, results[`${name}_out`]!]));
    return results.mel!.data;
  }
}

function initialState(model: AcousticModel): Record<string, FloatTensor> {
  const { postnet, mels } = model.spec;
  const rows = (count: number, channels: number) => floats(new Float32Array(count * channels), [count, channels]);
  const state: Record<string, FloatTensor> = { waiting: rows(0, mels) };
  postnet.layers.forEach((layer, index) => {
    state[`memory_${index}`] = rows(layer.past, postnet.channels);
    if (layer.residual) state[`residual_${index}`] = rows(0, postnet.channels);
  });
  for (const name of ['hidden', 'cell']) {
    state[name] = floats(new Float32Array(postnet.lstmUnits), [1, 1, postnet.lstmUnits]);
  }
  return state;
}

function joinFrames(parts: readonly Float32Array[], size: number): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const out = new Float32Array(size);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

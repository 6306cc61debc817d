import { type FloatTensor, floats, longs, type RunnableGraph, type Tensor } from './session.ts';

/** States of a streaming graph and the zeros they start as (importer/stream.ts). */
export type StreamStates = readonly { readonly name: string; readonly dims: readonly number[] }[];

/** A streaming graph over one sentence: hands each run's state to the next. */
export class StreamingRun {
  private readonly session: RunnableGraph;
  private readonly outputs: readonly string[];
  private state: Record<string, FloatTensor>;

  constructor(session: RunnableGraph, states: StreamStates, outputs: readonly string[]) {
    this.session = session;
    this.outputs = [...outputs, ...states.map(({ name }) => `${name}_out`)];
    this.state = Object.fromEntries(
      states.map(({ name, dims }) => [
        name,
        floats(new Float32Array(dims.reduce((size, extent) => size * extent, 1)), dims),
      ]),
    );
  }

  /** `last` appends the padding that stands behind a sentence. */
  run(feeds: Readonly<Record<string, Tensor>>, last: boolean): Record<string, FloatTensor> {
    const results = this.session.run({ ...this.state, ...feeds, tail: longs([last ? 1 : 0]) }, this.outputs);
    this.state = Object.fromEntries(Object.keys(this.state).map((name) => [name, results[`${name}_out`]!]));
    return results;
  }
}

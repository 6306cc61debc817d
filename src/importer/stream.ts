import type { GraphBuilder, Value } from '../onnx/graph.ts';

/** A value that one run of a streaming graph hands to the next: input `<name>`, output `<name>_out`. */
export interface StreamState {
  readonly name: string;
  /** Of the zeros it starts as. */
  readonly dims: readonly number[];
}

/**
 * Layers over time whose input comes in pieces. A layer that looks back keeps the last of its input for the next run,
 * and starts with its zero padding there; one that looks ahead is that much late, and when the stream ends (`tail` = 1)
 * gets the padding of the other side. So every output is the same arithmetic as the whole's, and nothing is computed
 * twice.
 */
export class Stream {
  readonly states: StreamState[] = [];
  private readonly graph: GraphBuilder;
  private readonly axis: number;
  private readonly tail: Value;

  /** `axis` is time; its extent varies. */
  constructor(graph: GraphBuilder, axis: number) {
    this.graph = graph;
    this.axis = axis;
    this.tail = graph.input('tail', 'int64', [1]);
  }

  /** What is kept under `name`, then `x`; starts as zeros of `dims`, and ends with `after` zeros. */
  window(name: string, x: Value, dims: readonly number[], after = 0): Value {
    this.states.push({ name, dims });
    const shape = dims.map((extent, axis) => (axis === this.axis ? `${name} kept` : extent));
    const parts = [this.graph.input(name, 'float32', shape), x];
    if (after > 0) parts.push(this.padding(dims, after));
    return this.graph.add('Concat', parts, { axis: this.axis });
  }

  /** Everything of `window` from position `count` on is kept for the next run. */
  keep(name: string, window: Value, count: Value): void {
    const { dims } = this.states.find((state) => state.name === name)!;
    const rest = this.graph.slice(window, this.axis, count, this.graph.ints([Number.MAX_SAFE_INTEGER]));
    const shape = dims.map((extent, axis) => (axis === this.axis ? `${name} left` : extent));
    this.graph.output(`${name}_out`, rest, 'float32', shape);
  }

  /** The first `count` of what waits under `name`: delays `x` until its partner is there. */
  delay(name: string, x: Value, dims: readonly number[], count: Value): Value {
    const window = this.window(name, x, dims);
    this.keep(name, window, count);
    return this.first(window, count);
  }

  first(x: Value, count: Value): Value {
    return this.graph.slice(x, this.axis, this.graph.ints([0]), count);
  }

  /** Extent of `x` in time, `[1]`. */
  count(x: Value): Value {
    return this.graph.add('Shape', [x], { start: this.axis, end: this.axis + 1 });
  }

  private padding(dims: readonly number[], after: number): Value {
    const shape = dims.map((extent, axis) => (axis === this.axis ? after : extent));
    const zeros = this.graph.float(new Float32Array(shape.reduce((size, extent) => size * extent, 1)), shape);
    return this.first(zeros, this.graph.add('Mul', [this.tail, this.graph.ints([after])]));
  }
}

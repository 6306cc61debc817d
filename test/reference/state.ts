/**
 * The networks a second time, in double and in plain loops, from the words that are docs/networks.md alone: nothing here is
 * shared with src. What agrees with this and with the golden data is not merely agreeing with itself.
 */

/** A tensor as a checkpoint holds it. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Numbers in double. */
export type Vector = Float64Array<ArrayBuffer>;

/** Rows of a signal over time: `[time][channels]`. */
export type Rows = Vector[];

/** A state dict that knows what was read of it. */
export class State {
  private readonly tensors: ReadonlyMap<string, StoredArray>;
  private readonly read = new Set<string>();

  constructor(tensors: ReadonlyMap<string, StoredArray>) {
    this.tensors = tensors;
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  get(name: string): StoredArray {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new Error(`the reference wants ${name}, which the checkpoint does not have`);
    this.read.add(name);
    return tensor;
  }

  /** Keys that the reference had no use for. */
  unread(): string[] {
    return [...this.tensors.keys()].filter((name) => !this.read.has(name));
  }
}

/** y = W x + b for every row; a 1×1 convolution's weight is the same numbers. */
export function linear(state: State, name: string, rows: Rows): Rows {
  const { shape, data } = state.get(`${name}.weight`);
  const outputs = shape[0]!;
  const inputs = shape[1]!;
  const bias = state.has(`${name}.bias`) ? state.get(`${name}.bias`).data : new Float32Array(outputs);
  if (shape.slice(2).some((extent) => extent !== 1)) throw new Error(`${name} is wider than 1`);
  return rows.map((row) => {
    if (row.length !== inputs) throw new Error(`${name} takes ${inputs} columns, got ${row.length}`);
    return Float64Array.from({ length: outputs }, (_, o) => {
      let sum = bias[o]!;
      for (let i = 0; i < inputs; i += 1) sum += data[o * inputs + i]! * row[i]!;
      return sum;
    });
  });
}

/** nn.Conv1d over the rows, padded with zeros by (width − 1) / 2 on both sides. */
export function convolve(state: State, name: string, rows: Rows): Rows {
  const { shape, data } = state.get(`${name}.weight`);
  const [outputs, inputs, width] = shape as readonly [number, number, number];
  const bias = state.get(`${name}.bias`).data;
  const padding = Math.floor((width - 1) / 2);
  return rows.map((_, t) =>
    Float64Array.from({ length: outputs }, (__, o) => {
      let sum = bias[o]!;
      for (let k = 0; k < width; k += 1) {
        const row = rows[t + k - padding];
        if (row === undefined) continue;
        for (let i = 0; i < inputs; i += 1) sum += data[(o * inputs + i) * width + k]! * row[i]!;
      }
      return sum;
    }),
  );
}

export function relu(rows: Rows): Rows {
  return rows.map((row) => row.map((value) => Math.max(0, value)));
}

export function layerNorm(state: State, name: string, rows: Rows): Rows {
  const weight = state.get(`${name}.weight`).data;
  const bias = state.get(`${name}.bias`).data;
  return rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, c) => ((value - mean) / Math.sqrt(variance + 1e-6)) * weight[c]! + bias[c]!);
  });
}

export function add(a: Rows, b: Rows): Rows {
  return a.map((row, t) => row.map((value, c) => value + b[t]![c]!));
}

export function beside(...parts: Rows[]): Rows {
  return parts[0]!.map((_, t) => Float64Array.from(parts.flatMap((rows) => Array.from(rows[t]!))));
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** One LSTM cell's step, gates in PyTorch's order: input, forget, cell, output. */
export function lstmCell(
  state: State,
  name: string,
  suffix: string,
  x: Vector,
  past: { readonly h: Vector; readonly c: Vector },
): { h: Vector; c: Vector } {
  const input = state.get(`${name}.weight_ih_${suffix}`);
  const recurrent = state.get(`${name}.weight_hh_${suffix}`);
  const inputBias = state.get(`${name}.bias_ih_${suffix}`).data;
  const recurrentBias = state.get(`${name}.bias_hh_${suffix}`).data;
  const units = past.h.length;
  const gate = (index: number) => {
    let sum = inputBias[index]! + recurrentBias[index]!;
    for (let i = 0; i < x.length; i += 1) sum += input.data[index * x.length + i]! * x[i]!;
    for (let i = 0; i < units; i += 1) sum += recurrent.data[index * units + i]! * past.h[i]!;
    return sum;
  };
  const c = past.c.map(
    (value, u) => sigmoid(gate(units + u)) * value + sigmoid(gate(u)) * Math.tanh(gate(2 * units + u)),
  );
  const h = c.map((value, u) => sigmoid(gate(3 * units + u)) * Math.tanh(value));
  return { h, c };
}

/** A whole LSTM layer in one direction. */
export function lstm(state: State, name: string, suffix: string, rows: Rows, backwards = false): Rows {
  const units = state.get(`${name}.weight_hh_${suffix}`).shape[1]!;
  let past = { h: new Float64Array(units), c: new Float64Array(units) };
  const out: Rows = [];
  const order = backwards ? [...rows.keys()].reverse() : [...rows.keys()];
  for (const t of order) {
    past = lstmCell(state, name, suffix, rows[t]!, past);
    out[t] = past.h;
  }
  return out;
}

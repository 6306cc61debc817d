import { createRequire } from 'node:module';
import type { Binding } from 'onnxruntime-node/dist/binding.js';
import { refuseTelemetry } from '../config/telemetry.ts';

refuseTelemetry();

/**
 * ONNX Runtime, called synchronously. The package's own `InferenceSession` puts every run behind a promise and
 * `setImmediate`, which a decoder of 27 steps a second pays each time, and computes on the calling thread all the same.
 * We call the binding below it; the version is pinned, and test/inference holds what we rely on.
 */
const { binding, initOrt } = createRequire(import.meta.url)('onnxruntime-node/dist/binding.js') as {
  binding: { InferenceSession: Binding.InferenceSessionConstructor };
  initOrt: () => void;
};

export type TensorType = 'float32' | 'int32' | 'int64';

/** A tensor as the binding takes and returns it. `data` is row-major and may be reused between runs. */
export interface Tensor<Data = Float32Array | Int32Array | BigInt64Array> {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: Data;
  readonly location: 'cpu';
}

export type FloatTensor = Tensor<Float32Array>;

export interface SessionOptions {
  /** Threads inside an operator. One is right behind worker threads. */
  readonly threads: number;
}

/** What a loaded graph is to whoever runs it. */
export interface RunnableGraph {
  run(feeds: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Record<string, FloatTensor>;
}

/** A loaded graph. `run` blocks the calling thread: it belongs in a worker. */
export class Session implements RunnableGraph {
  private readonly native: Binding.InferenceSession;

  constructor(model: Uint8Array, options: SessionOptions) {
    initOrt();
    this.native = new binding.InferenceSession();
    this.native.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableCpuMemArena: true,
      // A pattern is for shapes that repeat; ours change with every sentence.
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
  }

  /** All outputs by name. Throws what ONNX Runtime says when a shape does not fit. */
  run(feeds: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Record<string, FloatTensor> {
    const fetches = Object.fromEntries(outputs.map((name) => [name, null]));
    return this.native.run(feeds as never, fetches, {}) as unknown as Record<string, FloatTensor>;
  }

  close(): void {
    this.native.dispose();
  }
}

export function floats(data: Float32Array, dims: readonly number[]): FloatTensor {
  return { type: 'float32', dims, data, location: 'cpu' };
}

export function integers(data: Int32Array, dims: readonly number[]): Tensor<Int32Array> {
  return { type: 'int32', dims, data, location: 'cpu' };
}

export function longs(values: readonly number[]): Tensor<BigInt64Array> {
  return { type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt), location: 'cpu' };
}

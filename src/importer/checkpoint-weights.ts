import type { LazyTensor } from '../torch/checkpoint.ts';
import { type Ignored, problem } from './problem.ts';
import type { Weights } from './weights.ts';

/** A checkpoint's state dict, read tensor by tensor; keeps account of what was used. */
export class CheckpointWeights implements Weights {
  private readonly tensors: ReadonlyMap<string, LazyTensor>;
  private readonly file: string;
  private readonly used = new Set<string>();

  /** `file` names the checkpoint in errors. */
  constructor(tensors: ReadonlyMap<string, LazyTensor>, file: string) {
    this.tensors = tensors;
    this.file = file;
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /** The tensor's shape; an error when it is missing or has another number of dimensions. */
  shapeOf(name: string, rank: number): readonly number[] {
    const { shape } = this.find(name);
    if (shape.length !== rank) {
      throw problem(`${this.file}: ${name} has shape [${shape}], expected ${rank} dimensions`);
    }
    return shape;
  }

  take(name: string, shape: readonly number[]): Float32Array {
    const tensor = this.find(name);
    if (tensor.shape.length !== shape.length || tensor.shape.some((extent, axis) => extent !== shape[axis])) {
      throw problem(`${this.file}: ${name} has shape [${tensor.shape}], expected [${shape}]`);
    }
    this.used.add(name);
    const data = tensor.read();
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw problem(`${this.file}: ${name} holds ${data[bad]} at position ${bad}`);
    return data;
  }

  /**
   * What is left over, each with the reason of the first rule that knows it. A key that none knows stops the import: it
   * would mean that the configuration describes another network than the checkpoint holds.
   */
  leftOver(rules: readonly { readonly pattern: RegExp; readonly reason: string }[]): Ignored[] {
    const ignored: Ignored[] = [];
    for (const key of this.tensors.keys()) {
      if (this.used.has(key)) continue;
      const rule = rules.find(({ pattern }) => pattern.test(key));
      if (rule === undefined) {
        const shape = this.tensors.get(key)!.shape;
        throw problem(
          `${this.file}: nothing in the configuration uses ${key} [${shape}]; does config.yaml belong to it?`,
        );
      }
      ignored.push({ key, reason: rule.reason });
    }
    return ignored;
  }

  private find(name: string): LazyTensor {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw problem(`${this.file}: ${name} is missing`);
    return tensor;
  }
}

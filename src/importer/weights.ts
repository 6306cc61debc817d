/** Where a graph's weights come from: a checkpoint, or a generator of random ones for the bench. */
export interface Weights {
  has(name: string): boolean;
  /** The named tensor as float32, row-major; an error names it when it is missing or has another shape. */
  take(name: string, shape: readonly number[]): Float32Array;
}

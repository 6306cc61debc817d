import { type FloatTensor, Session, type Tensor } from '../../inference/session.ts';
import type { GraphValue } from '../../onnx/model.ts';
import { encodeModel } from '../../onnx/model.ts';
import type { Range } from './arithmetic.ts';
import { Histogram } from './histogram.ts';
import { convolutions } from './rewrite.ts';

/** A stage that keeps a histogram of what enters and leaves each of its convolutions while it runs. */
export class ObservedStage extends Session {
  private readonly histograms: ReadonlyMap<string, Histogram>;

  constructor(graph: GraphValue) {
    const given = new Set(graph.inputs.map(({ name }) => name));
    const values = new Set(convolutions(graph).flatMap(({ inputs, outputs }) => [inputs[0]!, outputs[0]!]));
    const watched = [...values].filter((value) => !given.has(value));
    const outputs = watched.map((name) => ({
      name,
      type: 'float32' as const,
      // Names of their own: equal ones would tell ONNX Runtime that the extents are equal.
      shape: [1, `${name} channels`, 1, `${name} time`],
    }));
    super(encodeModel({ ...graph, outputs: [...graph.outputs, ...outputs] }), { threads: 1 });
    this.histograms = new Map(watched.map((name) => [name, new Histogram()]));
  }

  override run(feeds: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Record<string, FloatTensor> {
    const results = super.run(feeds, [...outputs, ...this.histograms.keys()]);
    for (const [name, histogram] of this.histograms) histogram.add(results[name]!.data);
    return results;
  }

  /** What each value should be quantised over. */
  ranges(): Map<string, Range> {
    return new Map([...this.histograms].map(([name, histogram]) => [name, coarse(histogram.bestRange())]));
  }
}

/** Steps to an octave that a range is rounded out to. */
const STEPS = 128;

/**
 * Processors add in different orders, so the last bits of what was seen differ between them. Rounded out to less than a
 * hundredth, ranges are the same on all, but for the rare one whose end lies on a step.
 */
export function coarse({ min, max }: Range): Range {
  return { min: -roundUp(-min), max: roundUp(max) };
}

function roundUp(value: number): number {
  if (value <= 0) return 0;
  const step = 2 ** Math.floor(Math.log2(value)) / STEPS;
  return Math.ceil(value / step) * step;
}

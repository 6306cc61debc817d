import { fromHalf } from '../../half.ts';
import type { GraphValue, TensorValue } from '../../onnx/model.ts';

/** A graph's trained weights as float32, whether it stores them so or as halves that a Cast widens. */
export interface WeightSources {
  read(value: string): Float32Array;
  shapeOf(value: string): readonly number[];
}

export function weightSources(graph: GraphValue): WeightSources {
  const casts = new Map(
    graph.nodes.filter(({ operator }) => operator === 'Cast').map((node) => [node.outputs[0]!, node.inputs[0]!]),
  );
  const tensor = (value: string): TensorValue => {
    const found = graph.initializers.get(casts.get(value) ?? value);
    if (found === undefined) throw new Error(`${value} is not a constant`);
    return found;
  };
  return {
    read: (value) => toFloats(tensor(value)),
    shapeOf: (value) => tensor(value).shape,
  };
}

/** A float32 constant. */
export function floatsOf(graph: GraphValue, value: string): Float32Array {
  const found = graph.initializers.get(value);
  if (found === undefined) throw new Error(`${value} is not a constant`);
  return toFloats(found);
}

/** By way of a copy: a constant of a file lies at any offset. */
function toFloats({ type, bytes }: TensorValue): Float32Array {
  const copy = new Uint8Array(bytes);
  if (type === 'float32') return new Float32Array(copy.buffer);
  if (type === 'float16') return Float32Array.from(new Uint16Array(copy.buffer), fromHalf);
  throw new Error(`weights of type ${type}`);
}

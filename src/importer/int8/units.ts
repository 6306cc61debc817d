import type { GraphValue, NodeValue } from '../../onnx/model.ts';
import { weightSources } from './float-weights.ts';

/** Convolutions that are quantised together: the two of a residual layer, between which nothing then needs float32. */
export interface Unit {
  readonly stage: number;
  /** Their output values. */
  readonly layers: readonly string[];
  /** Picoseconds that int8 saves, of a frame of mel. */
  readonly gain: number;
}

/** Narrower convolutions gain nothing: ONNX Runtime's integer kernels take sixteen output channels at a time. */
const NARROWEST = 16;
/**
 * Picoseconds that int8 saves of each multiplication, by channels: what `npm run bench:int8` prints of the full-size
 * voice.
 */
const SAVED = { wide: 14, narrowest: 8 };

/**
 * The units of stage `stage`, whose upsampled samples are `rate` to a frame: its residual layers, nine tenths of the
 * arithmetic. What reads mel has 80 dB to tell apart, more than 256 steps do (alone it costs `tan` 5 dB); what makes
 * samples has one channel; and upsampling costs little.
 */
export function unitsOf(graph: GraphValue, stage: number, rate: number): Unit[] {
  const sources = weightSources(graph);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  // Upsampling, whose channels become samples.
  const unfolded = new Set(
    graph.nodes.filter(({ operator }) => operator === 'Reshape').map(({ inputs }) => inputs[0]!),
  );
  const units = new Map<string, { layers: string[]; gain: number }>();
  for (const node of graph.nodes) {
    if (node.operator !== 'Conv') continue;
    const shape = sources.shapeOf(node.inputs[1]!);
    const [out, inner] = shape as [number, number];
    if (out !== inner || out < NARROWEST || unfolded.has(node.outputs[0]!)) continue;
    const size = shape.reduce((product, extent) => product * extent, 1);
    const gain = size * rate * (out > NARROWEST ? SAVED.wide : SAVED.narrowest);
    const before = convolutionBefore(node, producers);
    const known = before === undefined ? undefined : units.get(before);
    const unit = known ?? { layers: [], gain: 0 };
    unit.layers.push(node.outputs[0]!);
    unit.gain += gain;
    units.set(node.outputs[0]!, unit);
  }
  return [...new Set(units.values())].map((unit) => ({ stage, ...unit }));
}

/** The convolution whose activated output `node` reads, in a stage that streams behind what it kept. */
function convolutionBefore(node: NodeValue, producers: ReadonlyMap<string, NodeValue>): string | undefined {
  let value = node.inputs[0]!;
  for (;;) {
    const producer = producers.get(value);
    if (producer?.operator === 'Concat') value = producer.inputs[1]!;
    else if (producer?.operator === 'LeakyRelu') value = producer.inputs[0]!;
    else return producer?.operator === 'Conv' ? value : undefined;
  }
}

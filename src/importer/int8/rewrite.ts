import type { Attribute, GraphValue, NodeValue, TensorValue } from '../../onnx/model.ts';
import { type Activation, activation, quantiseBias, quantiseKernel, type Range } from './arithmetic.ts';
import { floatsOf, type WeightSources, weightSources } from './float-weights.ts';

/** What a convolution is called: the value it yields. */
export type LayerName = string;

/** The convolutions of a graph that can be quantised, in order. */
export function convolutions(graph: GraphValue): NodeValue[] {
  return graph.nodes.filter(({ operator }) => operator === 'Conv');
}

/**
 * The graph with `layers` in int8: quantise and dequantise around input, weights, bias and output of each, which ONNX Runtime
 * fuses to one integer convolution; what stands between two of them with one input fuses too. `ranges` holds what each of
 * their inputs and outputs was seen to span. Everything else is as it was.
 */
export function quantiseGraph(
  graph: GraphValue,
  layers: ReadonlySet<LayerName>,
  ranges: ReadonlyMap<string, Range>,
): GraphValue {
  const rewriter = new Rewriter(graph, ranges);
  for (const node of graph.nodes) {
    if (node.operator === 'Conv' && layers.has(node.outputs[0]!)) rewriter.convolution(node);
    else rewriter.keep(node);
  }
  return withoutUnused({ ...graph, nodes: rewriter.nodes, initializers: rewriter.initializers });
}

class Rewriter {
  readonly nodes: NodeValue[] = [];
  readonly initializers: Map<string, TensorValue>;
  private readonly graph: GraphValue;
  private readonly ranges: ReadonlyMap<string, Range>;
  private readonly sources: WeightSources;
  /** Value → what stands for it, behind quantising and dequantising. */
  private readonly stored = new Map<string, string>();

  constructor(graph: GraphValue, ranges: ReadonlyMap<string, Range>) {
    this.graph = graph;
    this.ranges = ranges;
    this.initializers = new Map(graph.initializers);
    this.sources = weightSources(graph);
  }

  keep(node: NodeValue): void {
    this.nodes.push(node);
  }

  convolution(node: NodeValue): void {
    const [x, weight, bias] = node.inputs as [string, string, string];
    const y = node.outputs[0]!;
    const shape = this.sources.shapeOf(weight);
    const kernel = quantiseKernel(this.sources.read(weight), shape);
    const input = this.activationOf(x);
    const offsets = quantiseBias(floatsOf(this.graph, bias), input, kernel.scales);
    const axis = { axis: { int: 0 } };
    const name = `${y}_q`;
    const kernelName = this.dequantised(`${name}w`, 'int8', kernel.data, shape, kernel.scales, axis);
    const biasName = this.dequantised(`${name}b`, 'int32', offsets.data, [offsets.data.length], offsets.scales, axis);
    const raw = `${name}y`;
    this.nodes.push({ ...node, inputs: [this.quantised(x), kernelName, biasName], outputs: [raw] });
    this.roundTrip(raw, this.activationOf(y), y);
  }

  private activationOf(value: string): Activation {
    const range = this.ranges.get(value);
    if (range === undefined) throw new Error(`no range of ${value} was seen`);
    return activation(range);
  }

  /** `value` as uint8 and back, once for all its readers. */
  private quantised(value: string): string {
    const known = this.stored.get(value);
    if (known !== undefined) return known;
    const out = `${value}_q`;
    this.roundTrip(value, this.activationOf(value), out);
    this.stored.set(value, out);
    return out;
  }

  private roundTrip(value: string, { scale, zero }: Activation, out: string): void {
    const scaleName = this.constant(`${out}_scale`, 'float32', Float32Array.of(scale), []);
    const zeroName = this.constant(`${out}_zero`, 'uint8', Uint8Array.of(zero), []);
    this.add('QuantizeLinear', [value, scaleName, zeroName], `${out}_u8`);
    this.add('DequantizeLinear', [`${out}_u8`, scaleName, zeroName], out);
  }

  private dequantised(
    name: string,
    type: 'int8' | 'int32',
    data: Int8Array | Int32Array,
    shape: readonly number[],
    scales: Float32Array,
    attributes: Record<string, Attribute>,
  ): string {
    const stored = this.constant(name, type, data, shape);
    const scale = this.constant(`${name}_scale`, 'float32', scales, [scales.length]);
    this.nodes.push({
      operator: 'DequantizeLinear',
      domain: '',
      inputs: [stored, scale],
      outputs: [`${name}_real`],
      attributes,
    });
    return `${name}_real`;
  }

  private add(operator: string, inputs: string[], output: string): void {
    this.nodes.push({ operator, domain: '', inputs, outputs: [output], attributes: {} });
  }

  private constant(
    name: string,
    type: TensorValue['type'],
    data: Float32Array | Int8Array | Uint8Array | Int32Array,
    shape: readonly number[],
  ): string {
    this.initializers.set(name, {
      type,
      shape,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }
}

/** Drops constants, and nodes made of them alone, that nothing reads any more. */
function withoutUnused(graph: GraphValue): GraphValue {
  let nodes = graph.nodes;
  for (;;) {
    const read = new Set(graph.outputs.map(({ name }) => name));
    for (const { inputs } of nodes) for (const input of inputs) read.add(input);
    const kept = nodes.filter(({ outputs }) => outputs.some((output) => read.has(output)));
    if (kept.length === nodes.length) {
      const initializers = new Map([...graph.initializers].filter(([name]) => read.has(name)));
      return { ...graph, nodes, initializers };
    }
    nodes = kept;
  }
}

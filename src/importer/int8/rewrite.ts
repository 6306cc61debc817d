import type { Attribute, GraphValue, NodeValue } from '../../onnx/model.ts';
import { activation, quantiseBias, quantiseKernel, type Range } from './arithmetic.ts';
import { floatsOf, type WeightSources, weightSources } from './float-weights.ts';
import { Forms, type Storage } from './forms.ts';

/** What a convolution is called: the value it yields. */
export type LayerName = string;

/** The convolutions of a graph, in order; those of ONNX Runtime's `QLinearConv` are int8. */
export function convolutions(graph: GraphValue): NodeValue[] {
  return graph.nodes.filter(({ operator }) => operator === 'Conv' || operator === 'QLinearConv');
}

/**
 * The graph with `layers` in int8: ONNX Runtime's integer convolutions, channels last. LeakyReLU and a stream's joining
 * and cutting between two of them are on integers too; what else lies between them is float32, channels last. Written
 * as it is to run: left to ONNX Runtime's own fusion, every layer would be widened, turned, quantised and widened
 * again. `ranges` holds what each of their inputs and outputs was seen to span.
 */
export function quantiseGraph(
  graph: GraphValue,
  layers: ReadonlySet<LayerName>,
  ranges: ReadonlyMap<string, Range>,
): GraphValue {
  const rewriter = new Rewriter(graph, layers, ranges);
  for (const node of graph.nodes) rewriter.rewrite(node);
  const { nodes, initializers } = rewriter.forms;
  return withoutUnused({ ...graph, nodes, initializers });
}

class Rewriter {
  readonly forms: Forms;
  private readonly graph: GraphValue;
  private readonly layers: ReadonlySet<LayerName>;
  private readonly ranges: ReadonlyMap<string, Range>;
  private readonly sources: WeightSources;
  /** Values that an integer convolution reads, some by way of a stream's joining: how they are stored. */
  private readonly stored = new Map<string, Storage>();

  /** Value → what LeakyReLU first made of it. */
  private readonly activated = new Map<string, string>();

  constructor(graph: GraphValue, layers: ReadonlySet<LayerName>, ranges: ReadonlyMap<string, Range>) {
    this.forms = new Forms(graph);
    this.graph = graph;
    this.layers = layers;
    this.ranges = ranges;
    this.sources = weightSources(graph);
    const joins = new Map(graph.nodes.filter(isJoin).map((node) => [node.outputs[0]!, node.inputs[1]!]));
    for (const { operator, inputs, outputs } of graph.nodes) {
      if (operator !== 'Conv' || !layers.has(outputs[0]!)) continue;
      const input = inputs[0]!;
      this.stored.set(input, this.seen(input));
      const joined = joins.get(input);
      if (joined !== undefined) this.stored.set(joined, this.seen(input));
    }
  }

  rewrite(node: NodeValue): void {
    const { operator, inputs, outputs } = node;
    const isLast = inputs.some((input) => this.forms.isLast(input));
    if (operator === 'Conv' && this.layers.has(outputs[0]!)) this.convolution(node);
    else if (operator === 'LeakyRelu' && this.stored.has(outputs[0]!)) this.leakyRelu(node);
    else if (isLast && (operator === 'Add' || operator === 'Mul')) this.sameLast(node);
    else if (isLast && isJoin(node)) this.join(node);
    else if (isLast && operator === 'Slice') this.slice(node);
    else if (isLast && operator === 'Shape') this.shape(node);
    else this.forms.nodes.push({ ...node, inputs: inputs.map((input) => this.forms.plain(input)) });
  }

  private convolution({ inputs, outputs, attributes }: NodeValue): void {
    const [x, weight, bias] = inputs as [string, string, string];
    const y = outputs[0]!;
    const shape = this.sources.shapeOf(weight);
    const kernel = quantiseKernel(this.sources.read(weight), shape);
    const input = this.stored.get(x)!;
    const output = this.seen(y);
    const offsets = quantiseBias(floatsOf(this.graph, bias), input, kernel.scales);
    const { forms } = this;
    const name = `${y}_u8`;
    forms.add(
      'com.microsoft:QLinearConv',
      [
        forms.codes(x, input),
        ...forms.scaleAndZero(input),
        forms.constant(`${y}_weight`, 'int8', kernel.data, shape),
        forms.constant(`${y}_weight_scale`, 'float32', kernel.scales, [kernel.scales.length]),
        forms.constant('weight_zero', 'int8', Int8Array.of(0), []),
        ...forms.scaleAndZero(output),
        forms.constant(`${y}_bias`, 'int32', offsets, [offsets.length]),
      ],
      name,
      { ...attributes, channels_last: { int: 1 } },
    );
    forms.setCodes(y, { name, storage: output });
  }

  private leakyRelu(node: NodeValue): void {
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const codes = this.forms.codesOf(x);
    const output = this.stored.get(y)!;
    if (codes === undefined) {
      // The first layers of a stage's blocks read one value: in windows, where nothing is joined to it, it is stored
      // once.
      const twin = output.of === y ? this.activated.get(x) : undefined;
      if (twin === undefined) {
        this.sameLast(node);
        if (output.of === y) this.activated.set(x, y);
      } else {
        this.forms.alias(y, twin);
        this.stored.set(y, this.stored.get(twin)!);
      }
      return;
    }
    const name = `${y}_u8`;
    this.forms.add(
      'com.microsoft:QLinearLeakyRelu',
      [codes.name, ...this.forms.scaleAndZero(codes.storage), ...this.forms.scaleAndZero(output)],
      name,
      node.attributes,
    );
    this.forms.setCodes(y, { name, storage: output });
  }

  /** The same of float32, channels last. */
  private sameLast({ operator, inputs, outputs, attributes }: NodeValue): void {
    const y = outputs[0]!;
    const last = inputs.map((input) => this.forms.last(input));
    this.forms.add(operator, last, `${y}_last`, attributes);
    this.forms.setLast(y, `${y}_last`);
  }

  /** What a stream kept, what is new, and zeros. */
  private join({ inputs, outputs }: NodeValue): void {
    const y = outputs[0]!;
    const along: Record<string, Attribute> = { axis: { int: 2 } };
    const stored = this.stored.get(y);
    if (stored === undefined) {
      this.sameLast({ operator: 'Concat', domain: '', inputs, outputs, attributes: along });
      return;
    }
    const name = `${y}_u8`;
    const parts = inputs.map((input) => this.forms.codes(input, stored));
    this.forms.add('Concat', parts, name, along);
    this.forms.setCodes(y, { name, storage: stored });
  }

  private slice({ inputs, outputs }: NodeValue): void {
    const [x, start, end] = inputs as [string, string, string];
    const y = outputs[0]!;
    const codes = this.forms.codesOf(x);
    const axis = this.forms.constant('time_last', 'int64', BigInt64Array.of(2n), [1]);
    const name = codes === undefined ? `${y}_last` : `${y}_u8`;
    this.forms.add('Slice', [codes?.name ?? this.forms.last(x), start, end, axis], name);
    if (codes === undefined) this.forms.setLast(y, name);
    else this.forms.setCodes(y, { name, storage: codes.storage });
  }

  private shape({ inputs, outputs }: NodeValue): void {
    const x = inputs[0]!;
    const codes = this.forms.codesOf(x);
    this.forms.add('Shape', [codes?.name ?? this.forms.last(x)], outputs[0]!, { start: { int: 2 }, end: { int: 3 } });
  }

  private seen(value: string): Storage {
    const range = this.ranges.get(value);
    if (range === undefined) throw new Error(`no range of ${value} was seen`);
    return { of: value, ...activation(range) };
  }
}

/** Joins in time. */
function isJoin({ operator, attributes }: NodeValue): boolean {
  const { axis } = attributes;
  return operator === 'Concat' && axis !== undefined && 'int' in axis && axis.int === 3;
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

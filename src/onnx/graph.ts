import { overflowsHalf, toHalf } from '../half.ts';
import {
  type Attribute,
  type ElementType,
  encodeModel,
  type GraphValue,
  type NodeValue,
  type TensorValue,
  type ValueInfo,
} from './model.ts';

/** How weights are stored. What computes is always float32: a stored half is cast back when the session loads. */
export type WeightPrecision = 'fp32' | 'fp16';

/** Halves are kept for matrices only: a bias or a norm costs nothing and its rounding would. */
const SMALLEST_HALF_TENSOR = 1024;

/** The name of a value in a graph under construction. */
export type Value = string & { readonly brand?: 'value' };

type AttributeLiteral = number | string | readonly number[] | { readonly float: number } | GraphBuilder;

/**
 * Builds one ONNX graph, node by node. Values are names; each method adds what it says and yields the name of its
 * output. Nothing is checked here beyond duplicate names: ONNX Runtime checks shapes and types when it loads.
 */
export class GraphBuilder {
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: ValueInfo[] = [];
  private readonly initializers = new Map<string, TensorValue>();
  private readonly nodes: NodeValue[] = [];
  private readonly constants = new Map<string, Value>();
  private readonly name: string;
  readonly precision: WeightPrecision;
  private readonly prefix: string;
  private count = 0;

  /** `prefix` keeps the names of a subgraph apart from those of the graph around it. */
  constructor(name: string, precision: WeightPrecision, prefix = '') {
    this.name = name;
    this.precision = precision;
    this.prefix = prefix;
  }

  input(name: string, type: ElementType, shape: readonly (number | string)[]): Value {
    this.inputs.push({ name, type, shape });
    return name;
  }

  output(name: string, value: Value, type: ElementType, shape: readonly (number | string)[]): void {
    this.nodes.push({ operator: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
    this.outputs.push({ name, type, shape });
  }

  /** A trained weight; the only values that `precision` touches. */
  weight(data: Float32Array, shape: readonly number[]): Value {
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (size !== data.length) throw new Error(`weight of shape [${shape}] has ${data.length} values`);
    const stays = this.precision === 'fp32' || data.length < SMALLEST_HALF_TENSOR || data.some(overflowsHalf);
    if (stays) return this.float(data, shape);
    const half = toHalf(data);
    const stored = this.initializer({ type: 'float16', shape, bytes: new Uint8Array(half.buffer) });
    return this.add('Cast', [stored], { to: 1 });
  }

  /** A float32 constant that is stored as it is. */
  float(data: Float32Array | readonly number[], shape: readonly number[]): Value {
    const values = data instanceof Float32Array ? data : Float32Array.from(data);
    return this.initializer({
      type: 'float32',
      shape,
      bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
  }

  scalar(value: number): Value {
    return this.shared(`f${value}`, () => this.float([value], []));
  }

  /** A constant of 64-bit integers: shapes, axes, slice bounds. */
  ints(values: readonly number[]): Value {
    return this.shared(`i${values}`, () => {
      const data = BigInt64Array.from(values, (value) => BigInt(value));
      return this.initializer({ type: 'int64', shape: [values.length], bytes: new Uint8Array(data.buffer) });
    });
  }

  /**
   * Adds a node with one output. Integers and integer lists are the attributes' usual kinds; a float is `{ float }`.
   */
  add(operator: string, inputs: readonly Value[], attributes: Record<string, AttributeLiteral> = {}): Value {
    return this.addMany(operator, inputs, 1, attributes)[0]!;
  }

  addMany(
    operator: string,
    inputs: readonly Value[],
    outputs: number,
    attributes: Record<string, AttributeLiteral> = {},
  ): Value[] {
    const names = Array.from({ length: outputs }, () => this.fresh());
    const [domain, bare] = operator.includes(':') ? (operator.split(':') as [string, string]) : ['', operator];
    this.nodes.push({ operator: bare, domain, inputs, outputs: names, attributes: toAttributes(attributes) });
    return names;
  }

  slice(value: Value, axis: number, start: Value, end: Value): Value {
    return this.add('Slice', [value, start, end, this.ints([axis])]);
  }

  graph(): GraphValue {
    return {
      name: this.name,
      inputs: this.inputs,
      outputs: this.outputs,
      initializers: this.initializers,
      nodes: this.nodes,
    };
  }

  /** The bytes of a `.onnx` file. */
  model(): Uint8Array {
    return encodeModel(this.graph());
  }

  private initializer(tensor: TensorValue): Value {
    const name = this.fresh();
    this.initializers.set(name, tensor);
    return name;
  }

  private shared(key: string, make: () => Value): Value {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.constants.set(key, made);
    return made;
  }

  private fresh(): Value {
    this.count += 1;
    return `${this.prefix}v${this.count}`;
  }
}

function toAttributes(literals: Record<string, AttributeLiteral>): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(literals).map(([name, literal]) => [name, toAttribute(literal)]));
}

function toAttribute(literal: AttributeLiteral): Attribute {
  if (typeof literal === 'number') return { int: literal };
  if (typeof literal === 'string') return { string: literal };
  if (literal instanceof GraphBuilder) return { graph: literal.graph() };
  if ('float' in literal) return { float: literal.float };
  return { ints: literal };
}

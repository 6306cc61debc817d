import type { Attribute, GraphValue, NodeValue, TensorValue } from '../../onnx/model.ts';
import type { Activation } from './arithmetic.ts';

/** How a value is stored, with the value whose range it is: scale and zero are called after that. */
export interface Storage extends Activation {
  readonly of: string;
}

/** uint8 with channels last, and what it stands for. */
export interface Codes {
  readonly name: string;
  readonly storage: Storage;
}

/**
 * How a value `[1, channels, 1, time]` is at hand: as it was, as float32 `[1, 1, time, channels]`, as uint8 of that
 * shape.
 */
interface Form {
  plain?: string;
  last?: string;
  codes?: Codes;
}

/**
 * The values of a graph under rewriting. Integer convolutions want channels last, so what stands between them stays so,
 * and nothing is turned or widened but where somebody reads it otherwise; each form is made once.
 */
export class Forms {
  readonly nodes: NodeValue[] = [];
  readonly initializers: Map<string, TensorValue>;
  private readonly forms = new Map<string, Form>();
  private readonly shared = new Set<string>();

  constructor(graph: GraphValue) {
    this.initializers = new Map(graph.initializers);
  }

  /** Whether `value` is at hand with channels last. */
  isLast(value: string): boolean {
    const { last, codes } = this.of(value);
    return last !== undefined || codes !== undefined;
  }

  codesOf(value: string): Codes | undefined {
    return this.of(value).codes;
  }

  setLast(value: string, name: string): void {
    this.forms.set(value, { last: name });
  }

  /** `value` is the same as `other`. */
  alias(value: string, other: string): void {
    this.forms.set(value, this.of(other));
  }

  setCodes(value: string, codes: Codes): void {
    this.forms.set(value, { codes });
  }

  plain(value: string): string {
    const form = this.of(value);
    if (form.plain === undefined) {
      this.add('Transpose', [this.last(value)], value, { perm: { ints: [0, 3, 1, 2] } });
      form.plain = value;
    }
    return form.plain;
  }

  last(value: string): string {
    // A number alone has no channels.
    if (this.initializers.get(value)?.shape.length === 0) return value;
    const form = this.of(value);
    if (form.last === undefined) {
      form.last = `${value}_last`;
      if (form.codes === undefined) {
        this.add('Transpose', [this.plain(value)], form.last, { perm: { ints: [0, 2, 3, 1] } });
      } else {
        this.add('DequantizeLinear', [form.codes.name, ...this.scaleAndZero(form.codes.storage)], form.last);
      }
    }
    return form.last;
  }

  /** Stored so. What was such codes once becomes the same ones. */
  codes(value: string, storage: Storage): string {
    const form = this.of(value);
    if (form.codes !== undefined) {
      if (form.codes.storage.of !== storage.of) throw new Error(`${value} is stored in two ways`);
      return form.codes.name;
    }
    const name = `${value}_u8`;
    if (form.last === undefined) {
      // A quarter of the bytes to turn.
      this.add('QuantizeLinear', [this.plain(value), ...this.scaleAndZero(storage)], `${name}_plain`);
      this.add('Transpose', [`${name}_plain`], name, { perm: { ints: [0, 2, 3, 1] } });
    } else {
      this.add('QuantizeLinear', [form.last, ...this.scaleAndZero(storage)], name);
    }
    form.codes = { name, storage };
    return name;
  }

  /** Their names. */
  scaleAndZero({ of, scale, zero }: Storage): [string, string] {
    return [
      this.constant(`${of}_scale`, 'float32', Float32Array.of(scale), []),
      this.constant(`${of}_zero`, 'uint8', Uint8Array.of(zero), []),
    ];
  }

  add(operator: string, inputs: readonly string[], output: string, attributes: Record<string, Attribute> = {}): void {
    const [domain, bare] = operator.includes(':') ? (operator.split(':') as [string, string]) : ['', operator];
    this.nodes.push({ operator: bare, domain, inputs, outputs: [output], attributes });
  }

  constant(
    name: string,
    type: TensorValue['type'],
    data: Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array,
    shape: readonly number[],
  ): string {
    if (this.shared.has(name)) return name;
    this.shared.add(name);
    this.initializers.set(name, {
      type,
      shape,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }

  private of(value: string): Form {
    const known = this.forms.get(value);
    if (known !== undefined) return known;
    const form = { plain: value };
    this.forms.set(value, form);
    return form;
  }
}

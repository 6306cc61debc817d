/** Writes pickles as torch does, protocol 2 or 4, and as nobody should. */

/** Something that writes itself, leaving one value on the stack. */
export interface Node {
  write(out: PickleWriter): void;
}

export type Written = null | boolean | number | bigint | string | Written[] | Map<string | number, Written> | Node;

export class PickleWriter {
  readonly #protocol: number;
  readonly #chunks: Buffer[] = [];

  constructor(protocol = 2) {
    this.#protocol = protocol;
    this.op(0x80, protocol);
  }

  /** Bytes as they are. */
  op(...bytes: number[]): this {
    this.#chunks.push(Buffer.from(bytes));
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#chunks.push(Buffer.from(bytes));
    return this;
  }

  value(value: Written): this {
    if (value === null) return this.op(0x4e);
    if (typeof value === 'boolean') return this.op(value ? 0x88 : 0x89);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value === 'bigint') return this.long(value);
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return this.op(0x5d, 0x28).values(value).op(0x65);
    if (value instanceof Map) return this.op(0x7d).items(value);
    value.write(this);
    return this;
  }

  values(values: readonly Written[]): this {
    for (const value of values) this.value(value);
    return this;
  }

  /** MARK, keys and values, SETITEMS. */
  items(map: ReadonlyMap<string | number, Written>): this {
    this.op(0x28);
    for (const [key, value] of map) this.value(key).value(value);
    return this.op(0x75);
  }

  text(text: string): this {
    const bytes = Buffer.from(text);
    if (this.#protocol >= 4 && bytes.length < 256) return this.op(0x8c, bytes.length).raw(bytes);
    return this.op(0x58, ...u32(bytes.length)).raw(bytes);
  }

  name(module: string, name: string): this {
    if (this.#protocol >= 4) return this.text(module).text(name).op(0x93);
    return this.op(0x63).raw(Buffer.from(`${module}\n${name}\n`));
  }

  tuple(items: readonly Written[]): this {
    return this.op(0x28).values(items).op(0x74);
  }

  long(value: bigint): this {
    let length = 1;
    while (BigInt.asIntN(8 * length, value) !== value) length += 1;
    const bytes: number[] = [];
    for (let i = 0; i < length; i++) bytes.push(Number(BigInt.asUintN(8, value >> BigInt(8 * i))));
    return this.op(0x8a, length, ...bytes);
  }

  /** STOP, and the pickle. */
  stop(): Buffer {
    this.op(0x2e);
    return Buffer.concat(this.#chunks);
  }

  #number(value: number): this {
    if (!Number.isInteger(value)) {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value);
      return this.op(0x47).raw(bytes);
    }
    if (value >= 0 && value < 256) return this.op(0x4b, value);
    if (value >= -(2 ** 31) && value < 2 ** 31) return this.op(0x4a, ...u32(value >>> 0));
    return this.long(BigInt(value));
  }
}

export function u32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

export function node(write: (out: PickleWriter) => void): Node {
  return { write };
}

export function tuple(...items: Written[]): Node {
  return node((out) => out.tuple(items));
}

export function name(module: string, of: string): Node {
  return node((out) => out.name(module, of));
}

/** `callable(*given)` by REDUCE. */
export function call(callable: Node, ...given: Written[]): Node {
  return node((out) => out.value(callable).tuple(given).op(0x52));
}

/** An OrderedDict as state_dict() gives it, with `_metadata` as its attribute. */
export function stateDict(entries: Record<string, Written>): Node {
  return node((out) => {
    out.value(call(name('collections', 'OrderedDict'))).items(new Map(Object.entries(entries)));
    out.value(new Map([['_metadata', call(name('collections', 'OrderedDict'))]])).op(0x62);
  });
}

export function dict(entries: Record<string, Written>): Map<string, Written> {
  return new Map(Object.entries(entries));
}

/** One pickle with that value in it. */
export function pickled(value: Written, protocol = 2): Buffer {
  return new PickleWriter(protocol).value(value).stop();
}

/** A pickle of hand-written instructions, protocol 2, STOP added. */
export function handmade(write: (out: PickleWriter) => unknown): Buffer {
  const out = new PickleWriter();
  write(out);
  return out.stop();
}

/**
 * The part of protobuf's wire format that writing ONNX needs. Large byte fields are kept by reference until `finish`,
 * so a model is copied once. https://protobuf.dev/programming-guides/encoding/
 */

const textEncoder = new TextEncoder();

const WIRE_VARINT = 0;
const WIRE_LENGTH = 2;
const WIRE_FIXED32 = 5;

export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  /** int32, int64, bool and enum fields; negative numbers take ten bytes, as protobuf has it. */
  varint(field: number, value: number | bigint): this {
    this.raw(encodeVarint((BigInt(field) << 3n) | BigInt(WIRE_VARINT)));
    return this.raw(encodeVarint(BigInt(value)));
  }

  float(field: number, value: number): this {
    this.raw(encodeVarint((BigInt(field) << 3n) | BigInt(WIRE_FIXED32)));
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.raw(bytes);
  }

  string(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.raw(encodeVarint((BigInt(field) << 3n) | BigInt(WIRE_LENGTH)));
    this.raw(encodeVarint(BigInt(value.length)));
    return this.raw(value);
  }

  message(field: number, child: ProtobufWriter): this {
    this.raw(encodeVarint((BigInt(field) << 3n) | BigInt(WIRE_LENGTH)));
    this.raw(encodeVarint(BigInt(child.size)));
    for (const part of child.parts) this.raw(part);
    return this;
  }

  /** Repeated integers in the packed form. */
  packedVarints(field: number, values: readonly (number | bigint)[]): this {
    const child = new ProtobufWriter();
    for (const value of values) child.raw(encodeVarint(BigInt(value)));
    return this.message(field, child);
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.size);
    let offset = 0;
    for (const part of this.parts) {
      out.set(part, offset);
      offset += part.length;
    }
    return out;
  }

  private raw(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.size += bytes.length;
    return this;
  }
}

/** Base-128, least significant group first; a negative value is its 64-bit two's complement. */
export function encodeVarint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  do {
    const group = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? group | 0x80 : group);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** A reader of protobuf's wire format, for what src/onnx writes. */
export interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of a varint. */
  readonly value: bigint;
  /** Of a length-delimited field, or the four bytes of a fixed one. */
  readonly bytes: Uint8Array;
}

export function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const key = readVarint(bytes, at);
    at = key.next;
    const number = Number(key.value >> 3n);
    const wire = Number(key.value & 7n);
    let value = 0n;
    let content = new Uint8Array(0);
    if (wire === 0) {
      const varint = readVarint(bytes, at);
      value = varint.value;
      at = varint.next;
    } else {
      let length = 4;
      if (wire === 2) {
        const varint = readVarint(bytes, at);
        length = Number(varint.value);
        at = varint.next;
      } else if (wire !== 5) throw new Error(`wire type ${wire} at ${at}`);
      if (at + length > bytes.length) throw new Error(`field ${number} reaches past the end`);
      content = Uint8Array.from(bytes.subarray(at, at + length));
      at += length;
    }
    fields.push({ number, wire, value, bytes: content });
  }
  return fields;
}

export function field(fields: readonly Field[], number: number): Field {
  const found = fields.filter((each) => each.number === number);
  if (found.length !== 1) throw new Error(`field ${number} is there ${found.length} times`);
  return found[0]!;
}

export function readVarint(bytes: Uint8Array, start: number): { value: bigint; next: number } {
  let value = 0n;
  for (let at = start; at < start + 10; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('a varint is cut short');
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new Error('a varint is longer than ten bytes');
}

export function readPacked(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = readVarint(bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}
